/**
 * A workspace that was taken over and sends whatever it wants over the real protocol, to a real agent with the policy nobody wrote.
 * Each thing it tries is refused and reported, nothing outside the root is read or written, and the agent goes on.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { ReceiptBody } from "@tw/shared/contracts/receipt";
import { callDigest } from "@tw/shared/receipts/call-digest";
import { type KeyPair, newKeyPair, signReceipt } from "@tw/shared/receipts/sign";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const TREASURE = "what lies outside of the root";
let hub: TestHub;
let agent: AgentProcess;
let key: KeyPair;
let outside: string;
let pid: number | undefined;

beforeAll(async () => {
  hub = await TestHub.start();
  key = await newKeyPair();
  agent = new AgentProcess(hub, { policy: {}, env: { TW_APPROVAL_KEY: key.public } });
  outside = join(agent.dir, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "treasure"), TREASURE);
  const evil = `#!/bin/sh\ntouch ${join(outside, "evil-was-here")}\n`;
  for (const file of [join(agent.root, "evil"), join(outside, "evil"), join(agent.root, "true")])
    writeFileSync(file, evil, { mode: 0o755 });
  mkdirSync(join(agent.root, "project", "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(agent.root, "project", "node_modules", ".bin", "git"), evil, { mode: 0o755 });
  symlinkSync(outside, join(agent.root, "way-out"));
  symlinkSync(join(outside, "treasure"), join(agent.root, "shiny"));
  writeFileSync(join(agent.root, "kept"), "mine");
  await agent.start();
  pid = agent.child.pid;
});
afterAll(async () => {
  await agent?.remove();
  await hub?.stop();
});
/** After each of them: nothing happened, nothing was told, and the same process still works. */
afterEach(async () => {
  expect(readdirSync(outside).sort()).toEqual(["evil", "treasure"]);
  expect(readFileSync(join(agent.root, "kept"), "utf8")).toBe("mine");
  expect(JSON.stringify(hub.messages)).not.toContain(TREASURE);
  expect(agent.child.exitCode).toBeNull();
  expect(agent.child.pid).toBe(pid);
});

async function outcome(sent: LeasedJob) {
  hub.give(sent);
  return (await hub.result(sent.job))[sent.steps[0]?.step ?? ""];
}
async function refused(one: JobStep, code = "policy_denied", more: Partial<LeasedJob> = {}) {
  const report = await outcome(job([one], more));
  expect(report, JSON.stringify(report)).toMatchObject({ state: "not_started", error: { code } });
  expect(report?.error?.message.length).toBeGreaterThan(20);
  return report?.error?.message ?? "";
}

const LOOK = { program: "sh", argv: ["-c", "id"], outputs: { format: "lines" as const }, required: false };

describe("a program", () => {
  it.each([
    ["a shell with text", "sh", ["-c", "touch ../outside/evil-was-here"]],
    ["bash reading its input", "bash", ["-s"]],
    ["a shell with a file that a link leads out to", "sh", ["way-out/evil"]],
    ["python with text", "python3", ["-c", "print(1)"]],
    ["perl", "perl", ["-e", "1"]],
    ["what is on every machine", "env", ["sh"]],
    ["by its absolute path", "/bin/sh", ["-c", "id"]],
    ["a file of the project", "./evil", []],
    ["a file of the project with the name of an allowed one", "./true", []],
    ["a file outside by a relative path", "../outside/evil", []],
    ["a file outside through a link", "way-out/evil", []],
    ["an allowed name behind a path", "../../../../bin/true/../sh", []],
    ["no name", "", []],
    ["a name with a zero byte", "true\0", []],
    ["a name of an object's own", "__proto__", []],
    ["sudo", "sudo", ["true"]],
  ])("is refused: %s", async (_, program, argv) => {
    await refused(step("a", program, [...argv]));
  });

  it("is refused as a look before and after a step as well", async () => {
    await refused(step("a", "true", [], { before: [LOOK] }));
    await refused(step("a", "true", [], { after: [LOOK] }));
  });

  it("is not started to learn its version", async () => {
    const tools = ["../outside/evil", "./evil", "sh", "way-out/evil"];
    for (const tool of tools)
      hub.give(job([step("a", "true", [], { requires: [{ tool, version: ">=1" }] })]));
    hub.push({
      type: "probe",
      probe: "p1",
      wants: tools.map((tool) => ({ cwd: "", requirement: JSON.stringify({ tool }) })),
    });
    await until(() => hub.of("probed").some((one) => one.probe === "p1"), "the answer to the probe");
    const answer = hub.of("probed").find((one) => one.probe === "p1");
    for (const look of answer?.looks ?? []) expect(look.state).not.toBe("met");
  });

  it("of a project's own cannot stand in for git", async () => {
    const report = await outcome(job([step("a", "git", ["--version"], { cwd: "project" })]));
    expect(report).toMatchObject({ state: "succeeded" });
  });
});

describe("a directory", () => {
  it.each([
    ["above the root", ".."],
    ["beside the root", "../outside"],
    ["absolute", "/etc"],
    ["a link out", "way-out"],
    ["below a link out", "way-out/."],
    ["down and up again", "project/../../outside"],
    ["one that is not there", "project/none"],
    ["a file", "kept"],
    ["with a zero byte", "project\0"],
    ["in the home of the agent", "~"],
  ])("is refused: %s", async (_, cwd) => {
    await refused(step("a", "true", [], { cwd }));
  });
});

describe("an environment name", () => {
  it.each(
    `BASH_ENV GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_CONFIG_GLOBAL GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_EXEC_PATH GIT_PAGER
     GIT_EDITOR GIT_ASKPASS GIT_PROXY_COMMAND GIT_TEMPLATE_DIR PAGER EDITOR VISUAL NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH
     LD_AUDIT DYLD_INSERT_LIBRARIES PATH HOME SHELL IFS PS4 PROMPT_COMMAND PYTHONSTARTUP PYTHONPATH PERL5OPT PERL5LIB RUBYOPT
     JAVA_TOOL_OPTIONS npm_config_script_shell NPM_CONFIG_NODE_OPTIONS NPM_CONFIG_PREFIX SSL_CERT_FILE NODE_EXTRA_CA_CERTS
     TW_OUTPUT TW_RUN_ID TW_TOKEN TW_SECRET_X TMPDIR XDG_CONFIG_HOME http_proxy HTTPS_PROXY node_options Path A=B`
      .trim()
      .split(/\s+/),
  )("is refused: %s", async (name) => {
    expect(await refused(step("a", "true", [], { env: { ...JSON.parse(`{"${name}": "x"}`) } }))).toContain(
      name,
    );
  });
});

describe("a path", () => {
  it.each([
    ["up and out", "cat", ["../outside/treasure"]],
    ["absolute", "cat", ["/etc/passwd"]],
    ["through a link to a file", "cat", ["shiny"]],
    ["through a link to a directory", "cat", ["way-out/treasure"]],
    ["behind the end of options", "cat", ["--", "../outside/treasure"]],
    ["as the target of a copy", "cp", ["kept", "../outside/copy"]],
    ["as the target of a link that is not there yet", "cp", ["kept", "way-out/copy"]],
    ["as the source of a move", "mv", ["../outside/treasure", "here"]],
    ["as what a new link leads to", "ln", ["-s", "/etc/passwd", "here"]],
    ["as what tee writes", "tee", ["../outside/evil-was-here"]],
    ["as a directory that is made", "mkdir", ["-p", "../outside/evil-was-here"]],
    ["as a directory that is listed", "ls", ["-la", ".."]],
    ["as tar's directory", "tar", ["-cf", "x.tar", "-C", "../outside", "treasure"]],
    ["attached to tar's option", "tar", ["-cf", "x.tar", "-C../outside", "treasure"]],
    ["as the value of an option", "sort", ["--output=../outside/evil-was-here", "kept"]],
    ["searched", "grep", ["-r", "outside", "../outside"]],
    ["found", "find", ["/etc", "-name", "passwd"]],
    ["as git's directory", "git", ["-C", "../outside", "status"]],
    ["as git's own files", "git", ["--git-dir=../outside", "status"]],
  ])("among a program's words is refused: %s", async (_, program, argv) => {
    await refused(step("a", program, argv));
  });

  it("is refused in every other field that names a file", async () => {
    const up = "../outside/treasure";
    await refused(step("a", "true", [], { paths: [{ path: up, link: false }] }));
    await refused(step("a", "true", [], { paths: [{ path: "way-out/treasure", link: true }] }));
    const outputs = { format: "file" as const, param: "x" };
    await refused(step("a", "true", [], { outputs, file: up }));
    await refused(step("a", "true", [], { before: [{ ...LOOK, program: "true", argv: [], file: up }] }));
    for (const secret of ["../../outside/treasure", "__proto__", "constructor", "/etc/passwd"])
      await refused(step("a", "true", [], { stdin: { secret } }), "secret_missing");
    await refused(step("a", "true", [], { requires: [{ file: up }] }), "prerequisite_missing");
  });

  it("as the name of a step, a run or a job makes no file", async () => {
    const name = "../../../outside/evil-was-here";
    const sent = job([{ ...step(name, "true"), command: name }], { run: name, job: `job_${name}` });
    expect(await outcome(sent)).toMatchObject({ state: "succeeded" });
  });
});

describe("a receipt", () => {
  const rm = () => step("a", "rm", ["kept"]);
  /** Signed as it should be, but for what is changed. */
  async function sign(sent: LeasedJob, change: Partial<ReceiptBody> = {}, by = key) {
    const [one] = sent.steps as [JobStep];
    const body: ReceiptBody = {
      v: 1,
      tenant: "ten_test",
      run: sent.run,
      job: sent.job,
      fence: sent.fence,
      purpose: sent.purpose,
      step: one.step,
      attempt: one.attempt,
      command: one.command,
      effect: one.effect,
      plan_digest: sent.plan_digest,
      call_digest: await callDigest(one),
      requested_by: { id: "usr_1", name: "A", type: "person" },
      checkpoints: [],
      issued_at: Date.now(),
      expires_at: Date.now() + 60_000,
    };
    return signReceipt(by.private, { ...body, ...change });
  }
  async function withReceipt(make: (sent: LeasedJob) => ReturnType<typeof sign> | null, sent = job([rm()])) {
    hub.grant = async ({ id }) => ({ type: "granted", id, secrets: {}, receipt: await make(sent) });
    return outcome(sent);
  }
  const denied = (report: unknown, why: RegExp | string) =>
    expect(report).toMatchObject({
      state: "not_started",
      error: { code: "policy_denied", message: expect.stringMatching(why) },
    });

  it("that is not there stops what takes something away, whatever effect the workspace says it has", async () => {
    denied(await withReceipt(() => null), "gave no receipt");
    for (const effect of ["read", "write", "destructive"] as const)
      denied(await withReceipt(() => null, job([{ ...rm(), effect }])), "gave no receipt");
    denied(await withReceipt(() => null, job([{ ...step("a", "ls"), effect: "destructive" }])), "gave no");
    denied(await withReceipt(() => null, job([rm()], { purpose: "rollback" })), "gave no receipt");
  });

  it.each<[keyof ReceiptBody, Partial<ReceiptBody>]>([
    ["v", { v: 2 as 1 }],
    ["tenant", { tenant: "ten_other" }],
    ["run", { run: "run_other" }],
    ["job", { job: "job_other" }],
    ["fence", { fence: 0 }],
    ["purpose", { purpose: "rollback" }],
    ["step", { step: "b" }],
    ["attempt", { attempt: 2 }],
    ["command", { command: "ls" }],
    ["effect", { effect: "destructive" }],
    ["plan_digest", { plan_digest: "1".repeat(64) }],
    ["call_digest", { call_digest: "1".repeat(64) }],
    ["issued_at", { issued_at: Date.now() + 3_600_000 }],
    ["expires_at", { expires_at: Date.now() - 3_600_000 }],
  ])("for another %s is refused, though it is signed", async (_, change) => {
    denied(await withReceipt((sent) => sign(sent, change)), "receipt is not good");
  });

  it.each<[string, Partial<JobStep> | Partial<NonNullable<JobStep["run"]>>]>([
    ["argv", { argv: ["-rf", "kept"] }],
    ["cwd", { cwd: "project" }],
    ["env", { env: { CI: "1" } }],
    ["stdin", { stdin: "y" }],
    ["ok_codes", { ok_codes: [0, 1] }],
    ["requires", { requires: [{ file: "kept" }] }],
  ])("of a step with another %s is refused", async (_, change) => {
    const asked = job([rm()]);
    const sent = job([step("a", "rm", ["kept"], change as object)], { run: asked.run, job: asked.job });
    denied(await withReceipt(() => sign(asked), sent), "call_digest|plan_digest");
  });

  it("that was changed after it was signed, or signed by somebody else, is refused", async () => {
    const other = await newKeyPair();
    denied(await withReceipt((sent) => sign(sent, {}, other)), "not with a pinned one");
    denied(
      await withReceipt(async (sent) => ({
        ...(await sign(sent, {}, other)),
        key_id: (await sign(sent)).key_id,
      })),
      "signature does not fit",
    );
    denied(
      await withReceipt(async (sent) => {
        const receipt = await sign(sent);
        return { ...receipt, body: receipt.body.replace('"usr_1"', '"usr_2"') };
      }),
      "signature does not fit",
    );
    denied(
      await withReceipt(async (sent) => ({ ...(await sign(sent)), signature: "AAAA" })),
      "signature does not fit",
    );
    denied(
      await withReceipt(async (sent) => ({ ...(await sign(sent)), body: "{}" })),
      "signature does not fit",
    );
  });

  it("of an earlier job, under its old fence, is refused; and no attempt is started twice", async () => {
    const first = job([step("a", "rm", ["first"])], { fence: 4 });
    writeFileSync(join(agent.root, "first"), "");
    expect(await withReceipt((sent) => sign(sent), first)).toMatchObject({ state: "succeeded" });
    const second = job([step("a", "rm", ["first"])], { run: first.run, job: `${first.job}x`, fence: 3 });
    writeFileSync(join(agent.root, "first"), "");
    const again = await withReceipt(() => sign(first), second);
    expect(again?.state).not.toBe("succeeded");
    expect(again?.error?.message).toMatch(/never started twice|receipt is not good/);
    expect(readdirSync(agent.root)).toContain("first");
  });

  it("for just this is good", async () => {
    writeFileSync(join(agent.root, "gone"), "");
    expect(await withReceipt((sent) => sign(sent), job([step("a", "rm", ["gone"])]))).toMatchObject({
      state: "succeeded",
    });
    expect(readdirSync(agent.root)).not.toContain("gone");
  });
});

describe("an answer that is none", () => {
  const good = () => job([step("a", "true")]);
  it.each<[string, unknown]>([
    ["no jobs", { type: "leases" }],
    ["jobs that are nothing", { type: "leases", jobs: [null, 7, "job", []] }],
    ["a job without steps", { type: "leases", jobs: [{ ...good(), steps: null }] }],
    ["a job with no steps", { type: "leases", jobs: [{ ...good(), steps: [] }] }],
    ["a step that is nothing", { type: "leases", jobs: [{ ...good(), steps: [null] }] }],
    [
      "a step without a program",
      { type: "leases", jobs: [job([{ ...step("a", "true"), run: undefined as never }])] },
    ],
    ["argv that is text", { type: "leases", jobs: [job([step("a", "true", "x" as never)])] }],
    ["argv of objects", { type: "leases", jobs: [job([step("a", "true", [{ x: 1 } as never])])] }],
    [
      "an environment that is a list",
      { type: "leases", jobs: [job([step("a", "true", [], { env: ["x"] as never })])] },
    ],
    ["a lease of no time", { type: "leases", jobs: [{ ...good(), lease_ms: -1 }] }],
    ["a lease for ever", { type: "leases", jobs: [{ ...good(), lease_ms: "long" }] }],
    ["another answer", { type: "granted", secrets: null, receipt: 7 }],
    ["no answer at all", { type: "nonsense" }],
  ])("hurts nobody: %s", async (_, raw) => {
    const asked = hub.of("ask").length;
    hub.raw.push(raw);
    hub.push({ type: "nudge" });
    await until(() => hub.raw.length === 0 && hub.of("ask").length > asked, "the agent asked");
    expect(await outcome(good())).toMatchObject({ state: "succeeded" });
  });

  it("hurts nobody as a push either", async () => {
    const pushes = [null, 7, {}, { type: "cancel" }, { type: "probe" }, { type: "cancel", jobs: [null] }];
    for (const push of pushes) hub.push(push as never);
    expect(await outcome(good())).toMatchObject({ state: "succeeded" });
  });
});
