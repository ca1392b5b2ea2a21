import { api, ask } from "../api/client.ts";
import { ApiProblem } from "../api/problem.ts";
import { toastProblem } from "./toasts.ts";

/** Ends this browser's session and leaves the console: nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  try {
    await ask(api.POST("/api/sign-out"));
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) return toastProblem(error);
  }
  location.assign("/sign-in");
}
