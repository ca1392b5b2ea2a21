import type { Due } from "@tw/shared/db/claim-notifications";
import type { Checkpoint } from "@tw/shared/engine/state";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryAfter, SendFailure } from "../src/channels/failure.ts";
import { parseAddress } from "../src/channels/mime.ts";
import { afterFailure } from "../src/deliver.ts";
import { type Message, requestMessage } from "../src/render.ts";
import { mailOf } from "../src/render-mail.ts";
import { slackOf } from "../src/render-slack.ts";
import { webhookOf } from "../src/render-webhook.ts";

const NOW = 1_790_000_000_000;

function message(
  of: {
    prompt?: string;
    note?: string | null;
    argv?: string[];
    who?: string;
    outputs?: Record<string, string>;
    args?: Record<string, unknown>;
  } = {},
): Message {
  const checkpoint = {
    id: "chk_1.deploy.1",
    runId: "run_1",
    stepId: "deploy",
    name: "pre-deploy",
    prompt: of.prompt ?? "Deploy to production?",
    reason: "gate",
    status: "pending",
    policy: { quorum: 1, groups: [], requester_may_vote: false },
    form: [],
    planDigest: "d".repeat(64),
    context: {
      command: "wrangler-deploy",
      effect: "destructive",
      args: of.args ?? {},
      argv: of.argv ?? ["wrangler deploy --env production"],
      // biome-ignore lint/suspicious/noThenProperty: the engine's own word in a checkpoint's context
      then: ["verify-deployment"],
      results: [
        { step: "push", status: "succeeded", outputs: of.outputs ?? { commit: "3f9c1ab" }, exit_code: 0 },
      ],
      rollback: [{ step: "push", command: "git-reset" }],
      requested_by: { id: "usr_1", name: of.who ?? "Cleo", type: "person" },
      note: of.note ?? null,
    },
    createdAt: NOW,
    expiresAt: NOW + 3_600_000,
  } as unknown as Checkpoint;
  const due = {
    id: "ntf_1",
    kind: "request",
    data: {},
    tenantName: "Example Works",
    user: { id: "usr_ada", name: "Ada", email: "ada@example.com" },
    run: { id: "run_1", command: "workflow-deploy" },
    checkpoint,
  } as unknown as Due & { checkpoint: Checkpoint };
  const links = [
    { id: "usr_ada", name: "Ada", email: "ada@example.com", url: `https://tw.example/a/${"a".repeat(64)}` },
  ];
  return requestMessage(due, "https://tw.example/", links, NOW + 60_000);
}

describe("mail", () => {
  test("says what will run, what ran, what is undone, how long there is, and where to decide", () => {
    const { subject, text, html } = mailOf(message({ note: "Friday" }));
    expect(subject).toBe("Approval needed: Deploy to production?");
    for (const part of [
      "wrangler deploy --env production",
      "commit=3f9c1ab",
      "git-reset",
      "Friday",
      "in 59 min",
      `https://tw.example/a/${"a".repeat(64)}`,
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
  });

  test("a dry run says that it is one, and what of", () => {
    expect(mailOf(message()).text).toContain("destructive: hard to undo");
    const dry = mailOf(message({ args: { dry_run: true } }));
    for (const said of [dry.text, dry.html]) {
      expect(said).toContain("dry run of a destructive command");
      expect(said).not.toContain("hard to undo");
    }
    expect(mailOf(message({ args: { dry_run: "true" } })).text).toContain("hard to undo");
  });

  test("no text of others becomes a header line, markup or a hidden character", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "Deploy\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202Etxt.exe",
        "a\u0000b\u2028c",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (prompt, note, argv) => {
        const { subject, text, html } = mailOf(
          message({ prompt, note, argv: [argv], who: prompt, outputs: { x: note } }),
        );
        const tags = (html.match(/<\/?[a-z!][a-z0-9]*/gi) ?? []).map((tag) =>
          tag.toLowerCase().replace("/", ""),
        );
        const wrong = [
          ...tags.filter((tag) => !ALLOWED_TAGS.includes(tag)),
          ...(subject.match(HIDDEN) ?? []),
          ...(text.replaceAll(/[\n\t]/g, "").match(HIDDEN) ?? []),
          ...(html.replaceAll(/[\n\t]/g, "").match(HIDDEN) ?? []),
        ];
        expect(wrong).toEqual([]);
        expect(Array.from(subject).length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 100 },
    );
  });
});
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const ALLOWED_TAGS = [
  "<!doctype",
  "<html",
  "<head",
  "<meta",
  "<title",
  "<body",
  "<style",
  "<table",
  "<tr",
  "<td",
  "<div",
  "<p",
  "<b",
  "<span",
  "<h1",
  "<hr",
  "<ul",
  "<li",
  "<a",
  "<br",
];

describe("Slack", () => {
  test("nothing of others mentions, links, formats or ends a block of code", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom("<!channel>", "<@U1>", "<https://x|y>", "```\n*bold* <!here>", "&lt;!here&gt;"),
        ),
        (evil) => {
          const sent = slackOf(message({ prompt: evil, note: evil, argv: [evil], who: evil }), true);
          const markup = [sent.text, ...blocksOf(sent).flatMap(mrkdwn)];
          for (const one of markup) {
            expect(one).not.toMatch(/<[!@#h]/);
            expect(one.split("```").length - 1).toBeLessThanOrEqual(2);
            expect(one.length).toBeLessThanOrEqual(3000);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("stays inside Slack's limits, with buttons only when presses can come back", () => {
    const long = "x".repeat(10_000);
    const blocks = blocksOf(slackOf(message({ prompt: long, argv: [long, long], note: long }), true));
    expect((blocks[0]!.text as { text: string }).text.length).toBeLessThanOrEqual(150);
    for (const one of blocks.flatMap(mrkdwn)) expect(one.length).toBeLessThanOrEqual(3000);
    const ids = (with_: boolean): unknown[] =>
      (
        blocksOf(slackOf(message(), with_)).find((b) => b.type === "actions")!.elements as {
          action_id: string;
        }[]
      ).map((e) => e.action_id);
    expect(ids(true)).toEqual(["approve", "reject", "open"]);
    expect(ids(false)).toEqual(["open"]);
  });
});
/** As Slack gets them. */
function blocksOf(sent: { blocks: unknown }): { [key: string]: unknown }[] {
  return JSON.parse(JSON.stringify(sent.blocks));
}
function mrkdwn(block: { [key: string]: unknown }): string[] {
  const parts = [block.text, ...((block.elements as unknown[]) ?? [])] as { type?: string; text?: unknown }[];
  return parts.filter((p) => p?.type === "mrkdwn").map((p) => String(p.text));
}

test("the webhook carries the plan's digest and everybody's link", () => {
  expect(webhookOf(message(), "ntf_1")).toMatchObject({
    id: "ntf_1",
    type: "checkpoint.requested",
    checkpoint: { id: "chk_1.deploy.1", required: 1, plan_digest: "d".repeat(64) },
    argv: ["wrangler deploy --env production"],
    links: [{ user_id: "usr_ada", url: expect.stringContaining("/a/") }],
  });
});

describe("after a failure", () => {
  const due = { id: "ntf_1", attempts: 1 };
  const later = (attempts: number, retryAfterS: number | null = null): number => {
    const sending = afterFailure({ ...due, attempts }, new SendFailure("x", { again: true, retryAfterS }), 0);
    return sending.status === "pending" ? sending.nextTryAt : Number.NaN;
  };
  test("the wait grows to a bound, honours what was asked for up to an hour, and ends", () => {
    expect(later(1)).toBeLessThan(8_000);
    expect(later(4)).toBeGreaterThan(later(2));
    expect(later(20)).toBeLessThanOrEqual(1_200_000);
    expect(later(1, 120)).toBe(120_000);
    expect(later(1, 86_400)).toBe(3_600_000);
    expect(afterFailure({ ...due, attempts: 24 }, new SendFailure("x", { again: true }), 0)).toMatchObject({
      status: "failed",
    });
    expect(afterFailure(due, new SendFailure("no such mailbox", { again: false }), 0)).toMatchObject({
      status: "failed",
    });
  });
  test("Retry-After as seconds or date", () => {
    expect(retryAfter("30", NOW)).toBe(30);
    expect(retryAfter(new Date(NOW + 90_000).toUTCString(), NOW)).toBe(90);
    expect(retryAfter("soon", NOW)).toBeNull();
    expect(retryAfter(null, NOW)).toBeNull();
  });
});

test("the sender's address", () => {
  expect(parseAddress("Workspace <ws@example.com>")).toEqual({
    name: "Workspace",
    address: "ws@example.com",
  });
  expect(parseAddress("ws@example.com")).toEqual({ name: "", address: "ws@example.com" });
  expect(() => parseAddress("nobody")).toThrow(/MAIL_FROM/);
});
