/** A port that was free a moment ago: whoever asked for any gets another one, whoever named it hears that it is taken. */
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { freePort } from "../src/ports.ts";
import { startServer } from "../src/server.ts";

vi.mock("../src/ports.ts", async (original) => {
  const real = await original<typeof import("../src/ports.ts")>();
  return { ...real, freePort: vi.fn(real.freePort) };
});

test("somebody else took the free port before the server did", async () => {
  const state = await mkdtemp(join(tmpdir(), "tw-taken-"));
  const quicker = createServer();
  await new Promise<void>((go) => quicker.listen(0, "127.0.0.1", go));
  const { port } = quicker.address() as AddressInfo;
  const settings = { state, linkKey: "a-link-key-of-the-test", tickMs: 0 };
  vi.mocked(freePort).mockResolvedValueOnce(port);
  const server = await startServer(settings);
  try {
    expect(server.port).not.toBe(port);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    await expect(startServer({ ...settings, port })).rejects.toThrow(/in use/);
  } finally {
    await server.stop();
    await new Promise((go) => quicker.close(go));
    await rm(state, { recursive: true, force: true, maxRetries: 3 });
  }
});
