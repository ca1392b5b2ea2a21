/** Does a service answer? Only ever asked on this machine. */
import { get } from "node:http";
import { connect } from "node:net";
import type { Health } from "@tw/shared/contracts/service";

/** Null when it does, else what was wrong. Never throws. */
export function answers({ port, path, timeout_s }: Health): Promise<string | null> {
  const timeoutMs = timeout_s * 1_000;
  return new Promise((done) => {
    if (path === null) {
      const socket = connect({ host: "127.0.0.1", port });
      const over = (complaint: string | null) => {
        socket.destroy();
        done(complaint);
      };
      socket.setTimeout(timeoutMs, () => over(`no connection to port ${port} in ${timeout_s} s`));
      socket.once("connect", () => over(null)).once("error", (error) => over(error.message));
      return;
    }
    const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      const { statusCode = 0 } = response;
      clearTimeout(timer);
      response.destroy();
      done(statusCode < 400 ? null : `GET ${path} answered ${statusCode}`);
    });
    const timer = setTimeout(() => {
      request.destroy();
      done(`GET ${path} did not answer in ${timeout_s} s`);
    }, timeoutMs);
    request.once("error", (error) => {
      clearTimeout(timer);
      done(error.message);
    });
  });
}
