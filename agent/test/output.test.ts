import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "@tw/shared/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

const sh = (id: string, script: string, more = {}) => step(id, "sh", ["-c", script], more);
let hub: TestHub;
let agent: AgentProcess;
beforeAll(async () => {
  hub = await TestHub.start();
  agent = new AgentProcess(hub, {
    env: { TW_KILL_GRACE_MS: "300", TW_SECRET_DEPLOY_KEY: "sesame-open-1234" },
  });
  await agent.start();
});
afterAll(async () => {
  await agent.remove();
  await hub.stop();
});

function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
async function run(...steps: Parameters<typeof job>[0]) {
  const one = job(steps);
  hub.give(one);
  return { result: await hub.result(one.job), log: (id: string) => hub.log(one.job, id), job: one };
}

describe("the log", () => {
  it("is seen while the program runs, within half a second", async () => {
    const one = job([sh("a", "echo early; while ! [ -e seen ]; do sleep 0.02; done; echo late")]);
    hub.give(one);
    await until(() => hub.log(one.job, "a") === "early\n", "the first line");
    writeFileSync(join(agent.root, "seen"), "");
    await hub.result(one.job);
    await until(() => hub.log(one.job, "a") === "early\nlate\n", "the second line");
  });

  it("keeps stdout and stderr in the order they were written", async () => {
    const { log } = await run(sh("a", "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done"));
    const lines = Array.from({ length: 9 }, (_, i) => `out ${i + 1}\nerr ${i + 1}\n`).join("");
    await until(() => log("a") === lines, "all lines in order");
  });

  it("is whole and unbroken when it is large, with every character", async () => {
    const { result, log } = await run(
      sh("a", "i=0; while [ $i -lt 20000 ]; do echo $i äöü漢字; i=$((i+1)); done"),
    );
    const text = Array.from({ length: 20_000 }, (_, i) => `${i} äöü漢字\n`).join("");
    await until(() => log("a").length === text.length, "the whole log");
    expect(log("a") === text).toBe(true);
    expect(result.a).toMatchObject({ log_bytes: Buffer.byteLength(text), log_truncated: false });
    expect(Math.max(...hub.of("log").map((one) => Buffer.byteLength(one.text)))).toBeLessThanOrEqual(
      LIMITS.logChunkBytes,
    );
  });

  it("of 100 MB costs constant memory, and is cut with a mark", async () => {
    const before = memoryMb(agent.child.pid!);
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, memoryMb(agent.child.pid!));
    }, 20);
    const { result, log } = await run(
      sh("a", "echo first; yes 0123456789abcde | head -c 104857600; echo last"),
    );
    await until(() => log("a").endsWith("last\n"), "the end of the log");
    clearInterval(watch);
    expect(result.a).toMatchObject({ state: "succeeded", log_truncated: true });
    expect(log("a").startsWith("first\n0123456789abcde\n")).toBe(true);
    expect(log("a")).toMatch(/\n\[\.\.\. \d+ bytes of output left out here/);
    expect(log("a")).not.toContain("<gap");
    expect(Buffer.byteLength(log("a"))).toBeLessThanOrEqual(LIMITS.logBytes);
    expect(result.a!.log_bytes).toBe(Buffer.byteLength(log("a")));
    expect(peak - before).toBeLessThan(64);
  });

  it("holds no secret, and neither do outputs and errors", async () => {
    const secret = "sesame-open-1234";
    const base64 = Buffer.from(secret).toString("base64");
    const leaky = step("a", "sh", [
      "-c",
      'printf sesame-; sleep 0.2; echo open-1234; printf %s "$1" | base64; echo "word=$1" >> $TW_OUTPUT; echo "no: $1" >&2; exit 1',
      "sh",
      { secret: "DEPLOY_KEY" },
    ]);
    const { result, log } = await run(leaky);
    const text = await until(() => log("a").includes("no: ***") && log("a"), "the log");
    for (const said of [text, JSON.stringify(hub.of("report").at(-1))]) {
      expect(said).not.toContain(secret);
      expect(said).not.toContain(base64);
    }
    expect(result.a).toMatchObject({ state: "failed", outputs: { word: "***" } });
  });

  it("never shows the agent's own token", async () => {
    const { log } = await run(
      sh(
        "a",
        "tr '\\0' '\\n' < /proc/$PPID/environ; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep TW_TOKEN; echo end",
      ),
    );
    await until(() => log("a").includes("end"), "the log");
    expect(log("a")).not.toContain("tw_agent_token_of_the_test");
  });
});

describe("outputs", () => {
  it("come from what the program printed, from probes and from TW_OUTPUT", async () => {
    const { result } = await run(
      sh(
        "a",
        `echo noise >&2; echo '{"result": {"id": 7}, "more": 1}'; echo "url=https://x.test/?a=b" >> $TW_OUTPUT; echo 2 > version`,
        {
          outputs: { format: "json", select: { id: "result.id" } },
          before: [
            {
              program: "printf",
              argv: ["%s", "v1"],
              outputs: { format: "regex", pattern: "(?<version_before>.*)" },
              required: true,
            },
          ],
          after: [
            {
              program: "cat",
              argv: ["version"],
              outputs: { format: "lines", name: "after" },
              required: false,
            },
          ],
        },
      ),
    );
    expect(result.a).toMatchObject({
      state: "succeeded",
      outputs: { id: 7, version_before: "v1", after: ["2"], url: "https://x.test/?a=b" },
    });
  });

  it("may be JSON in TW_OUTPUT; a file that is neither fails the step", async () => {
    const { result } = await run(sh("a", `echo '{"n": [1, {"x": null}]}' > $TW_OUTPUT`));
    expect(result.a!.outputs).toEqual({ n: [1, { x: null }] });
    const bad = await run(sh("a", "echo just words > $TW_OUTPUT"));
    expect(bad.result.a).toMatchObject({ state: "failed", exit_code: 0, error: { code: "outputs_invalid" } });
  });

  it("of a failed program are kept, for its rollback", async () => {
    const { result } = await run(sh("a", "echo made=bucket-1 >> $TW_OUTPUT; exit 4"));
    expect(result.a).toMatchObject({ state: "failed", exit_code: 4, outputs: { made: "bucket-1" } });
  });

  it("over their limit fail the step", async () => {
    const { result } = await run(
      sh("a", "printf 'big=' > $TW_OUTPUT; head -c 40000 /dev/zero | tr '\\0' x >> $TW_OUTPUT"),
      step("b", "true"),
    );
    expect(result.a).toMatchObject({ state: "failed", outputs: null, error: { code: "outputs_too_large" } });
    expect(result.b!.state).toBe("not_started");
  });

  it("of git status are facts", async () => {
    const repo = join(agent.root, "repo");
    mkdirSync(repo);
    const git = (...argv: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...argv], { cwd: repo });
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "first");
    writeFileSync(join(repo, "new"), "");
    const { result } = await run(
      step("a", "git", ["status", "--porcelain=v2", "--branch"], {
        cwd: "repo",
        outputs: { format: "porcelain" },
      }),
    );
    expect(result.a!.outputs).toMatchObject({ branch: "main", dirty: true, staged: 0 });
    // The same place satisfies one prerequisite and lacks the other, until it has a remote.
    const needs = (git: string) => step("a", "true", [], { cwd: "repo", requires: [{ git }] });
    expect((await run(needs("repository"))).result.a!.state).toBe("succeeded");
    expect((await run(needs("remote"))).result.a!.error!.message).toContain("has no remote");
    git("remote", "add", "origin", "../elsewhere");
    expect((await run(needs("remote"))).result.a!.state).toBe("succeeded");
  });

  it("a required probe that fails stops the step before its program", async () => {
    const { result } = await run(
      sh("a", "echo up > probed", {
        before: [{ program: "false", argv: [], outputs: { format: "lines" }, required: true }],
      }),
    );
    expect(result.a).toMatchObject({ state: "failed", error: { code: "probe_failed" } });
    expect(() => readFileSync(join(agent.root, "probed"))).toThrow();
  });
});

describe("a step is refused", () => {
  it.each([
    ["a program that is not on the list", step("a", "bash", ["-c", "id"]), "policy_denied", "bash"],
    ["a directory outside the root", step("a", "true", [], { cwd: "../.." }), "policy_denied", "outside"],
    [
      "an environment name",
      step("a", "true", [], { env: { LD_PRELOAD: "/x.so" } }),
      "policy_denied",
      "LD_PRELOAD",
    ],
    [
      "a secret that is not here",
      step("a", "true", [], { stdin: { secret: "NOPE" } }),
      "secret_missing",
      "TW_SECRET_NOPE",
    ],
    [
      "a program that is not installed",
      step("a", "docker-that-is-not"),
      "policy_denied",
      "docker-that-is-not",
    ],
    [
      "a tool that is missing",
      step("a", "true", [], { requires: [{ tool: "no-such-tool", fix: "setup-it" }] }),
      "prerequisite_missing",
      'no-such-tool is missing: it is neither in the project nor on PATH. Run the command "setup-it"',
    ],
    [
      "a tool that is too old",
      step("a", "true", [], { requires: [{ tool: "git", version: ">=99" }] }),
      "prerequisite_missing",
      ">=99 is needed",
    ],
    [
      "a file that is missing",
      step("a", "true", [], { requires: [{ file: ["wrangler.jsonc", "wrangler.toml"] }] }),
      "prerequisite_missing",
      "No wrangler.jsonc or wrangler.toml",
    ],
    [
      "a repository that is missing",
      step("a", "true", [], { requires: [{ git: "repository" }] }),
      "prerequisite_missing",
      "no git repository",
    ],
    [
      "a login that is missing",
      step("a", "true", [], { requires: [{ login: "wrangler" }], env: { CF_X: "1" } }),
      "prerequisite_missing",
      "wrangler is not logged in",
    ],
  ])("for %s", async (_, refused, code, words) => {
    const { result } = await run(refused, step("b", "true"));
    expect(result.a).toMatchObject({ state: "not_started", error: { code } });
    expect(result.a!.error!.message).toContain(words);
    expect(result.b).toMatchObject({ state: "not_started", error: null });
  });

  it("for a link that leads out of the root", async () => {
    symlinkSync("/etc", join(agent.root, "etc"));
    const { result } = await run(step("a", "ls", [], { cwd: "etc" }));
    expect(result.a).toMatchObject({ state: "not_started", error: { code: "policy_denied" } });
  });

  it("for secrets that others can read", async () => {
    const file = join(agent.state, "secrets.json");
    writeFileSync(file, JSON.stringify({ PIN: "12345678-pin" }), { mode: 0o644 });
    const pin = () => step("a", "cat", [], { stdin: { secret: "PIN" } });
    const open = await run(pin());
    expect(open.result.a).toMatchObject({ state: "not_started", error: { code: "secret_missing" } });
    expect(open.result.a!.error!.message).toContain("chmod 600");
    chmodSync(file, 0o600);
    const closed = await run(pin());
    expect(closed.result.a!.state).toBe("succeeded");
    await until(() => closed.log("a") === "***", "the masked value");
  });
});
