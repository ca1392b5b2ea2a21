/** What a person at a terminal sees and chooses. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { emptyHome, fakeWorkspace, onNarrow, onTerminal, stream } from "./tw-process.ts";
import { until } from "./until.ts";

vi.setConfig({ testTimeout: 60_000 });

let home: string;
let remove: () => void;
beforeEach(() => {
  ({ home, remove } = emptyHome());
});
afterEach(() => remove());

const command = (slug: string, parameters: object[] = []) => ({
  slug,
  name: slug,
  description: `does ${slug}`,
  parameters,
});
const NUMBER = { name: "times", type: "number", required: true, description: "how often" };

test("the palette offers first what is typed, and asks again for a number that is none", async () => {
  const asked: { [slug: string]: unknown } = {};
  const items = [command("a-slow"), command("slow", [NUMBER])];
  const execute = (slug: string) => ({
    [`/api/commands/${slug}/execute`]: (
      request: AsyncIterable<Buffer>,
      response: { end(text: string): void },
    ) => {
      void (async () => {
        let text = "";
        for await (const part of request) text += part;
        asked[slug] = JSON.parse(text).args;
        response.end(JSON.stringify({ plan: { steps: [] } }));
      })();
    },
  });
  const fake = await fakeWorkspace({ "/api/commands": { items }, ...execute("a-slow"), ...execute("slow") });
  try {
    const tw = onTerminal([], { HOME: home, TW_URL: fake.url, TW_TOKEN: "x" });
    await until(() => tw.said.out.includes("does a-slow"), "the palette");
    tw.child.stdin?.write("slow");
    await until(() => tw.said.out.includes("does slow"), "the other command");
    tw.child.stdin?.write("\r");
    await until(() => tw.said.out.includes("how often"), "the question");
    tw.child.stdin?.write("x\r");
    await until(() => tw.said.out.includes("It is a number"), "the refusal");
    tw.child.stdin?.write("\x7f7\r");
    await until(() => tw.said.out.includes("Run it?"), "the plan");
    tw.child.stdin?.write("n");
    expect((await tw.ended).code).toBe(0);
    expect(asked).toEqual({ slow: { times: 7 } });
  } finally {
    await fake.leave();
  }
});

test("the line of progress fits a narrow terminal, and can be taken away again", async () => {
  const step = {
    id: "a-step-with-a-name-that-is-longer-than-this-terminal-is-wide",
    command: "slow",
    status: "running",
  };
  const run = {
    id: "run_1",
    command: "slow",
    status: "running",
    checkpoints: [],
    error: null,
    steps: [{ ...step, attempt: 1 }],
  };
  const fake = await fakeWorkspace({
    "/api/commands/slow": command("slow"),
    "/api/commands/slow/execute": { run },
    "/api/runs/run_1": run,
    "/api/runs/run_1/events": stream(),
    "/api/runs/run_1/logs": stream(),
  });
  try {
    const tw = onNarrow(30, ["run", "slow"], { HOME: home, TW_URL: fake.url, TW_TOKEN: "x" });
    const shown = () => [...tw.said.out.matchAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ([^\r\n]*)/g)].map(([, text]) => text ?? "");
    await until(() => shown().some((text) => text.includes("a-step")), "the progress");
    const seen = shown();
    tw.child.stdin?.write("\x03");
    expect((await tw.ended).code).toBe(130);
    for (const text of seen) expect(text.length).toBeLessThan(29);
  } finally {
    await fake.leave();
  }
});
