/** A fixed shell script around each program: works wherever there is a /bin/sh. */
import type { Readable } from "node:stream";
import { execa } from "execa";
import type { Exit, Launch } from "./launched.ts";

// The program and its arguments arrive as "$@", never as text. The traps keep the script alive through a SIGTERM to the
// group, so that it still writes how the program ended; caught signals are back at their default in the program itself.
const script = (redirect: string) =>
  `trap : TERM INT HUP; exec 3>"$0" || exit 126; echo $$ >&3; "$@" 3>&-${redirect}; c=$?; echo $c >&3; exit $c`;
const SEPARATE = script("");
const MERGED = script(" 2>&1");

/** Starts the program under the script. */
export const launchWithShell: Launch = async (spec) => {
  const subprocess = execa(
    "/bin/sh",
    ["-c", spec.merge ? MERGED : SEPARATE, spec.markFile, spec.program, ...spec.argv],
    {
      cwd: spec.cwd,
      env: spec.env,
      extendEnv: false,
      shell: false,
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      encoding: "buffer",
      ...(spec.stdin === null ? { stdin: "ignore" as const } : { input: spec.stdin }),
      stdout: "pipe",
      stderr: spec.merge ? "ignore" : "pipe",
    },
  );
  // Its own promise waits for the pipes' end; ours does not. Its failures are ours to report below.
  subprocess.catch(() => {});
  const child = subprocess.nodeChildProcess;
  const exited = new Promise<Exit>((settle) => {
    child.once("exit", (code, signal) => settle({ code, signal }));
  });
  if (child.pid === undefined) {
    const failed = (await subprocess) as { originalMessage?: string };
    throw new Error(failed.originalMessage ?? "the program could not be started");
  }
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  child.stdout?.on("data", spec.onStdout);
  child.stderr?.on("data", spec.onStderr);
  return {
    pid: child.pid,
    exited,
    drained: Promise.all(streams.map(ended)).then(() => {}),
    orphans: () => null,
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
  };
};

function ended(stream: Readable): Promise<void> {
  return new Promise((done) => {
    stream
      .once("end", done)
      .once("close", done)
      .once("error", () => done());
  });
}
