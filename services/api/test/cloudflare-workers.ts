/** `cloudflare:workers` for tests that run the API's app in this process, where there is no runtime to give it. */
export class DurableObject {}
export class WorkerEntrypoint {}
/** What is to go on after the answer goes on anyway here. */
export function waitUntil(work: Promise<unknown>): void {
  work.catch((error: unknown) => console.error("waitUntil:", error));
}
