/** `tw agent install` and its kin: the files that are written, the commands that would be run, nothing left behind. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { planService, type ServiceOf } from "../src/cli/service-files.ts";
import { lockState } from "../src/state-lock.ts";

// Each starts many processes; a busy machine takes its time over them.
vi.setConfig({ testTimeout: 180_000 });

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "tw-service-")));
  mkdirSync(join(home, "bin"));
  mkdirSync(join(home, "my work"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Said {
  code: number;
  out: string;
  err: string;
}
function tw(argv: string[], path = join(home, "bin")): Promise<Said> {
  const env = {
    PATH: path,
    HOME: home,
    XDG_CACHE_HOME: resolve(import.meta.dirname, "../../node_modules/.cache"),
    TW_URL: "http://127.0.0.1:9",
    TW_TOKEN: "tw_of_the_agent",
    TW_ROOT: join(home, "my work"),
    TW_STATE: join(home, "state"),
  };
  return new Promise((go) =>
    execFile(process.execPath, [MAIN, "agent", ...argv], { env }, (error, out, err) =>
      go({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
    ),
  );
}

/** A program that writes down how it was called. */
function fake(name: string, code = 0): () => string[] {
  const log = join(home, `${name}.log`);
  const file = join(home, "bin", name);
  writeFileSync(file, `#!/bin/sh\necho "$@" >> '${log}'\nexit ${code}\n`);
  chmodSync(file, 0o755);
  return () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
}

test.runIf(process.platform === "linux")(
  "installed for systemd, looked at, removed: the unit, the commands, the token for its owner only",
  async () => {
    const called = fake("systemctl");
    const installed = await tw(["install", "--labels", "a,b", "--capacity", "3"]);
    expect(installed, installed.err).toMatchObject({
      code: 0,
      out: expect.stringContaining("✓ tw-agent runs"),
    });
    expect(called()).toEqual([
      "--user daemon-reload",
      "--user enable tw-agent.service",
      "--user restart tw-agent.service",
    ]);
    const unit = join(home, ".config/systemd/user/tw-agent.service");
    const text = readFileSync(unit, "utf8");
    expect(text).toContain(`"--root" "${join(home, "my work")}"`);
    expect(text).toContain('"--labels" "a,b"');
    expect(text).toContain("KillMode=process");
    expect(text).not.toContain("tw_of_the_agent");
    const token = join(home, "state/token");
    expect(readFileSync(token, "utf8")).toBe("tw_of_the_agent\n");
    expect(statSync(token).mode & 0o777).toBe(0o600);

    const looked = await tw(["doctor", "--json", "--token-file", token]);
    expect(looked.code).toBe(6);
    expect(JSON.parse(looked.out)).toMatchObject({ ok: false, findings: expect.any(Array) });

    const down = await tw(["status", "--json"]);
    expect([down.code, JSON.parse(down.out).running]).toEqual([1, false]);
    const held = lockState(join(home, "state"));
    expect(await tw(["status"])).toMatchObject({ code: 0, out: expect.stringContaining("✓ tw-agent runs") });
    held.release();

    expect(await tw(["uninstall"])).toMatchObject({ code: 0 });
    expect(called().slice(-2)).toEqual(["--user disable --now tw-agent.service", "--user daemon-reload"]);
    expect([unit, token].map((file) => existsSync(file))).toEqual([false, false]);
    expect(existsSync(join(home, "state"))).toBe(true);
    expect(await tw(["uninstall"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("No agent is installed"),
    });
  },
);

test.runIf(process.platform === "linux")(
  "without systemd, and when it refuses: said plainly; --print changes nothing",
  async () => {
    const looked = await tw(["install", "--print"]);
    expect(looked.out).toContain("would run systemctl --user daemon-reload");
    expect(existsSync(join(home, ".config"))).toBe(false);
    expect(await tw(["install"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("systemctl is not here"),
    });
    fake("systemctl", 1);
    expect(await tw(["install"])).toMatchObject({
      code: 1,
      out: expect.stringContaining("could not be started"),
    });
    expect(await tw(["install", "--name", "../x"])).toMatchObject({ code: 2 });
  },
);

const of: ServiceOf = {
  name: "tw-agent",
  node: "/opt/node",
  main: "/opt/tw",
  url: "https://a.example/?x=1&y=<2>",
  root: '/home/o/50% "off" $HOME',
  stateDir: "/home/o/state",
  tokenFile: "/home/o/state/token",
  labels: [],
  capacity: 8,
  policyFile: "/home/o/policy.yaml",
  approvalKey: null,
  path: "/opt/bin:/usr/bin",
};

test("a unit quotes what systemd would read otherwise; a property list is escaped, and is loaded with launchctl", () => {
  const homes = { home: "/home/o", config: "/home/o/.config" };
  const unit = planService(of, homes, "linux", 501);
  expect(unit?.text).toContain('"/home/o/50%% \\"off\\" $$HOME"');
  const agent = planService(of, homes, "darwin", 501);
  expect(agent?.file).toBe("/home/o/Library/LaunchAgents/dev.turbocharged-workspace.tw-agent.plist");
  expect(agent?.text).toContain("<string>https://a.example/?x=1&amp;y=&lt;2&gt;</string>");
  expect(agent?.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
  expect(agent?.load[0]).toEqual(["launchctl", "bootstrap", "gui/501", agent?.file]);
  expect(agent?.unload).toEqual([["launchctl", "bootout", "gui/501/dev.turbocharged-workspace.tw-agent"]]);
  expect(planService(of, homes, "win32", 0)).toBeNull();
});
