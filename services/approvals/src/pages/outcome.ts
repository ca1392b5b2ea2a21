/** Pages without a question: decided, expired, withdrawn, counted, unknown. They say what happened and what happens next. */
import { decidingVote, describeDecision, type Vote } from "@tw/shared/approvals/outcome";
import { standing } from "@tw/shared/approvals/policy";
import { questionOf } from "@tw/shared/approvals/request";
import { oneLine, utc, visible } from "@tw/shared/approvals/visible";
import type { LinkedPage } from "@tw/shared/db/links";
import { isTerminal } from "@tw/shared/engine/statuses";
import { html } from "hono/html";
import { layout, type Markup } from "./layout.ts";
import { hasRun, timeOf, votesSoFar, whatChanged, willRun } from "./parts.ts";

type Tone = "ok" | "no" | "off";

/** What a link's page says when there is nothing to decide for its person; null when there is. */
export function settledState(page: LinkedPage, now: number): { kind: string; status: 200 | 410 } | null {
  const { checkpoint, run, link } = page;
  if (checkpoint.status === "approved" || checkpoint.status === "rejected")
    return { kind: checkpoint.status, status: 200 };
  const over = checkpoint.expiresAt !== null && checkpoint.expiresAt <= now;
  if (run.cancelRequestedAt !== null) return { kind: "cancelled", status: 200 };
  if (checkpoint.changed && !isTerminal(run.status)) return { kind: "changed", status: 200 };
  if (checkpoint.status === "withdrawn" || isTerminal(run.status)) return { kind: "withdrawn", status: 200 };
  if (checkpoint.status === "expired" || over) return { kind: "expired", status: 410 };
  if (link.usedAt !== null) return { kind: "voted", status: 200 };
  return link.expiresAt <= now ? { kind: "expired", status: 410 } : null;
}

/** The page of a link that has nothing left to decide. `late`: somebody posted a vote that did not count. */
export function outcomePage(page: LinkedPage, kind: string, late: boolean): Markup {
  const { checkpoint, votes, user, run } = page;
  const q = questionOf(checkpoint);
  const said = words(page, kind);
  const title = `${said.title} – ${oneLine(q.prompt, 60)}`;
  const body = html`
${late ? html`<div class="notice" role="alert"><p>Your vote was not counted: it came after this was settled.</p></div>` : ""}
<div class="outcome"><span class="mark ${said.tone}" aria-hidden="true">${said.mark}</span>
<div><h1>${said.title}</h1><p class="lede">${said.text}</p></div></div>
<section aria-labelledby="question"><h2 id="question">The question</h2><p>${visible(q.prompt, { lines: true })}</p>
<p class="sub">Asked by ${visible(q.requestedBy)} ${timeOf(checkpoint.createdAt)} with <span class="mono">${visible(run.command)}</span>.</p></section>
${kind === "changed" ? whatChanged({ ...q, difference: checkpoint.changed ?? [] }) : ""}
${votes.length > 1 || kind === "voted" ? votesSoFar(votes, checkpoint) : ""}
${willRun(q, kind === "approved" ? "What runs" : kind === "voted" ? "What will run" : "What would have run")}
${hasRun(q, page.logs)}`;
  const footer = html`Checkpoint <span class="mono">${checkpoint.id}</span> · run <span class="mono">${run.id}</span>`;
  return layout({ title, workspace: page.tenantName, person: user.name, body, footer });
}

/** A page that knows nothing but its message: an unknown link, a form from elsewhere. */
export function messagePage(title: string, text: string): Markup {
  const body = html`<div class="outcome"><span class="mark off" aria-hidden="true">?</span>
<div><h1>${title}</h1><p class="lede">${text}</p></div></div>`;
  return layout({ title, workspace: null, person: null, body });
}

function words(page: LinkedPage, kind: string): { tone: Tone; mark: string; title: string; text: string } {
  const { checkpoint, votes, run, user } = page;
  const q = questionOf(checkpoint);
  const decider = decidingVote(checkpoint, votes);
  switch (kind) {
    case "approved":
      if (checkpoint.breakGlass)
        return {
          tone: "off",
          mark: "!",
          title: "Approved in an emergency",
          text: visible(
            `${checkpoint.breakGlass.by.name} went past this checkpoint ${utc(checkpoint.breakGlass.at)} without the votes it asks for, saying “${checkpoint.breakGlass.reason}”.`,
          ),
        };
      return {
        tone: "ok",
        mark: "✓",
        title: byMe(decider, user.id) ? "You approved it" : "Approved",
        text: visible(
          `${describeDecision("approved", decider, checkpoint.decidedAt)} The run goes on with ${q.command}.`,
        ),
      };
    case "rejected": {
      const undone = q.rollback.length;
      const next =
        undone === 0
          ? "The run ends; nothing has to be undone."
          : `The run rolls back ${undone} ${undone === 1 ? "step" : "steps"} and ends.`;
      return {
        tone: "no",
        mark: "✕",
        title: byMe(decider, user.id) ? "You rejected it" : "Rejected",
        text: visible(`${describeDecision("rejected", decider, checkpoint.decidedAt)} ${next}`),
      };
    }
    case "voted": {
      const {
        approvals,
        required,
        missing: groups,
      } = standing(checkpoint.policy, votes, checkpoint.planDigest, checkpoint.escalatedAt !== null);
      const missing = Math.max(0, required - approvals, ...groups.map(({ left }) => left));
      const of =
        groups.length > 0
          ? `, among them ${groups.map(({ group, left }) => `${left} of ${visible(group)}`).join(" and ")},`
          : "";
      return {
        tone: "ok",
        mark: "✓",
        title: "Your vote is counted",
        text: `${approvals} of ${required} approvals. ${missing} more ${missing === 1 ? "person" : "people"}${of} ${missing === 1 ? "has" : "have"} to agree before anything runs. This link is used up; a vote can still be changed in the console.`,
      };
    }
    case "expired":
      return {
        tone: "off",
        mark: "–",
        title: "Too late to decide",
        text: `Nobody decided before ${utc(Math.min(checkpoint.expiresAt ?? page.link.expiresAt, page.link.expiresAt))}, so this expired. Nothing behind it runs; to ask again, start ${visible(run.command)} again.`,
      };
    case "cancelled":
      return {
        tone: "off",
        mark: "–",
        title: "The run was cancelled",
        text: "There is nothing to decide any more. Nothing behind this question runs.",
      };
    case "changed":
      return {
        tone: "off",
        mark: "≠",
        title: "The plan changed",
        text: "What you were asked about is not what would run any more, so this question is void. It is asked again, with the difference: look for the newer message.",
      };
    default:
      return {
        tone: "off",
        mark: "–",
        title: "Nothing left to decide",
        text: "The question was withdrawn, because the run ended another way. Nothing behind it runs.",
      };
  }
}

function byMe(vote: Vote | null, userId: string): boolean {
  return vote?.userId === userId;
}
