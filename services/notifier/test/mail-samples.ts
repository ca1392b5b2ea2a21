/** One mail of each kind, as the notifier would send it: for pictures to be looked at and for tests of all of them. */
import { NOTIFICATION_KINDS, type NotificationKind } from "@tw/shared/approvals/request";
import type { Due } from "@tw/shared/db/claim-notifications";
import type { Checkpoint } from "@tw/shared/engine/state";
import type { Mail } from "../src/mail-layout.ts";
import { requestMessage } from "../src/render.ts";
import { endMailOf } from "../src/render-end.ts";
import { mailOf } from "../src/render-mail.ts";
import { signInMailOf } from "../src/render-welcome.ts";

const NOW = 1_790_000_000_000;
const ORIGIN = "https://workspace.example.com";
const TOKEN = "3f9c1ab0".repeat(8);

const checkpoint = {
  id: "chk_0mfx3k2p1cabc.deploy.1",
  runId: "run_0mfx3k2p1cabc",
  stepId: "deploy",
  name: "pre-deploy",
  prompt: "Deploy shop to production?",
  reason: "gate",
  status: "pending",
  policy: { quorum: 2, groups: ["release"], requester_may_vote: false },
  form: [],
  planDigest: "d".repeat(64),
  context: {
    command: "wrangler-deploy",
    effect: "destructive",
    argv: [
      "wrangler deploy --env production --config apps/shop/wrangler.jsonc --var RELEASE:2026.11.22-3f9c1ab0d2e4 --minify",
    ],
    next: ["verify-deployment https://shop.example.com/health", "git tag -a 2026.11.22 3f9c1ab"],
    results: [
      { step: "add", status: "succeeded", outputs: null, exit_code: 0 },
      {
        step: "commit",
        status: "succeeded",
        outputs: { commit: "3f9c1ab0d2e4c5b6a798", branch: "main", files: 12 },
        exit_code: 0,
      },
      { step: "push", status: "succeeded", outputs: { remote: "origin" }, exit_code: 0 },
    ],
    rollback: [
      { step: "push", command: "git-push-restore" },
      { step: "commit", command: "git-reset" },
    ],
    requested_by: { id: "usr_cleo", name: "Cleo Sertori", type: "person" },
    note: "Checkout fix for the discount bug. Support is waiting for it.",
  },
  createdAt: NOW - 5_400_000,
  expiresAt: NOW + 79_200_000,
  decidedAt: null,
  decidedBy: null,
} as unknown as Checkpoint;

const DATA: { [kind in NotificationKind]?: Due["data"] } = {
  changed: {
    changes: [
      {
        what: "step deploy",
        before: "wrangler deploy --env staging",
        after: "wrangler deploy --env production",
      },
      { what: "HEAD", before: "1be77e0", after: "3f9c1ab" },
    ],
  },
  break_glass: {
    by: { id: "usr_ada", name: "Ada Lovelace" },
    reason: "Checkout is down for everybody, on-call agreed by phone. Ticket 4711.",
  },
  escalation: { unreached: "bea@example.com: The mail server: 550 no such mailbox" },
};

const run: NonNullable<Due["run"]> = {
  id: "run_0mfx3k2p1cabc",
  command: "workflow-deploy",
  status: "succeeded",
  requestedBy: { id: "usr_cleo", name: "Cleo Sertori", type: "person" },
  note: null,
  error: null,
  finishedAt: NOW,
  rollback: "none",
  decisions: [
    {
      prompt: "Deploy shop to production?",
      status: "approved",
      by: "Ada Lovelace",
      comment: "Looks right. Watch the error rate.",
    },
  ],
  eventSeq: 31,
};
const rejected: typeof run = {
  ...run,
  status: "rejected",
  rollback: "succeeded",
  error: "Checkpoint pre-deploy was rejected by Ada Lovelace.",
  decisions: [
    {
      prompt: "Deploy shop to production?",
      status: "rejected",
      by: "Ada Lovelace",
      comment: "The checkout test is red.",
    },
  ],
};

/** By a name for the picture. */
export function sampleMails(): { [name: string]: Mail } {
  const asking = (kind: NotificationKind): Mail =>
    mailOf(
      requestMessage(
        {
          kind,
          data: DATA[kind] ?? {},
          tenantName: "Example Works",
          user: { id: "usr_bea", name: "Bea", email: "bea@example.com" },
          checkpoint,
        },
        ORIGIN,
        kind === "break_glass"
          ? []
          : [{ id: "usr_bea", name: "Bea", email: "bea@example.com", url: `${ORIGIN}/a/${TOKEN}` }],
        NOW,
      ),
    );
  const signIn = (kind: "sign_in" | "invitation"): Mail =>
    signInMailOf({
      kind,
      workspace: "Example Works",
      url: `${ORIGIN}/sign-in/${TOKEN}`,
      by: "Ada Lovelace",
      leftMs: kind === "sign_in" ? 900_000 : 604_800_000,
    });
  return {
    request: asking("request"),
    reminder: asking("reminder"),
    escalation: asking("escalation"),
    changed: asking("changed"),
    break_glass: asking("break_glass"),
    finished: endMailOf({ run, tenantName: "Example Works" }, ORIGIN),
    finished_rejected: endMailOf({ run: rejected, tenantName: "Example Works" }, ORIGIN),
    sign_in: signIn("sign_in"),
    invitation: signIn("invitation"),
  };
}

/** Kinds that never go by mail: they only change or follow what stands in Slack. */
export const NOT_MAILED: NotificationKind[] = ["settled", "progress"];
export const MAILED = NOTIFICATION_KINDS.filter((kind) => !NOT_MAILED.includes(kind));
