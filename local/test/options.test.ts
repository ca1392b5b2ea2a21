import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readOptions } from "../src/options.ts";
import { cleanUp, folder } from "./launcher.ts";

afterEach(cleanUp);

test("every flag is read; paths are meant from where the person is", () => {
  const root = folder();
  const argv =
    `--port 0 --data d --root ${root} --smtp localhost:1025 --slack-webhook https://hooks.example/x --slack-signing-secret s ` +
    "--notify-webhook http://127.0.0.1:9/hook --no-agent --no-demo --json";
  expect(readOptions(argv.split(" "), "/from")).toEqual({
    port: 0,
    data: "/from/d",
    root,
    smtp: "smtp://localhost:1025",
    slackWebhook: "https://hooks.example/x",
    slackSigningSecret: "s",
    notifyWebhook: "http://127.0.0.1:9/hook",
    agent: false,
    demo: false,
    json: true,
  });
  expect(readOptions([], "/from")).toMatchObject({
    port: 8787,
    data: "/from/.tw",
    root: undefined,
    agent: true,
    demo: true,
  });
});

test("a flag that cannot be meant is refused in one sentence", () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  for (const [argv, sentence] of [
    ["--prot 1", "unknown option '--prot'"],
    ["--port 80x", "--port 80x is not a port"],
    ["--port 70000", "--port 70000 is not a port"],
    ["--port -1", "--port -1 is not a port"],
    ["--port", "argument missing"],
    ["--smtp nowhere", "--smtp nowhere is not an address"],
    ["--smtp host:99999", "is not an address"],
    ["--slack-webhook nowhere", "--slack-webhook nowhere is not an http(s) address"],
    ["--notify-webhook ftp://a", "--notify-webhook ftp://a is not an http(s) address"],
    [`--root ${file}`, "is not a folder"],
    ["--root /nowhere/at/all", "is not a folder"],
    ["extra", "too many arguments"],
  ] as const) {
    expect(() => readOptions(argv.split(" "), "/from"), argv).toThrow(sentence);
  }
});
