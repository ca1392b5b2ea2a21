/** The page with the question on it: what will run, the form, two buttons of one size. Works without a script. */
import { inputsFromForm, labelOf } from "@tw/shared/approvals/form";
import { standing } from "@tw/shared/approvals/policy";
import { questionOf } from "@tw/shared/approvals/request";
import { duration, oneLine, visible } from "@tw/shared/approvals/visible";
import type { FormField } from "@tw/shared/contracts/definition";
import type { LinkedPage } from "@tw/shared/db/links";
import type { Issue } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { html } from "hono/html";
import { layout, type Markup } from "./layout.ts";
import {
  buttonWords,
  commandLine,
  hasRun,
  sinceLast,
  timeOf,
  votesSoFar,
  whatChanged,
  willRun,
  wouldUndo,
} from "./parts.ts";

/** What was typed before, and what was wrong with it. */
export interface Typed {
  values: { [key: string]: string };
  comment: string;
  issues: Issue[];
  notice: string | null;
}
const NOTHING: Typed = { values: {}, comment: "", issues: [], notice: null };

const TAKEN = new Set(["decision", "comment", "nonce"]);
/** The name of a field in the posted form; three names are the page's own. */
export function fieldKey(name: string): string {
  return TAKEN.has(name) ? `field_${name}` : name;
}

/** The posted values of a checkpoint's fields. */
export function postedInputs(fields: FormField[], form: URLSearchParams) {
  return inputsFromForm(fields, (name) => form.get(fieldKey(name)));
}

export function decidePage(
  page: LinkedPage,
  nonce: string,
  now: number,
  signedIn: boolean,
  typed: Typed = NOTHING,
): Markup {
  const { checkpoint, run, user, votes } = page;
  const q = questionOf(checkpoint);
  const { approvals, required } = standing(
    checkpoint.policy,
    votes,
    checkpoint.planDigest,
    checkpoint.escalatedAt !== null,
  );
  const words = buttonWords(q, required, approvals);
  const fields = checkpoint.form.map((field) => ({ field, ...stateOf(field, typed) }));
  const title = `${oneLine(q.prompt, 80)} – approval`;
  const asked =
    now - checkpoint.createdAt < 60_000 ? "just now" : `${duration(now - checkpoint.createdAt)} ago`;
  const facts = html`<h1>${visible(q.prompt, { lines: true })}</h1>
<p class="lede"><strong>${visible(q.requestedBy)}</strong> asked ${asked} with <span class="mono w">${visible(run.command)}</span>.
${checkpoint.expiresAt === null ? "This question does not expire." : html`Without an answer it expires ${timeOf(checkpoint.expiresAt)}, in ${duration(checkpoint.expiresAt - now)}.`}</p>
${run.note ? html`<blockquote>${visible(run.note, { lines: true })}</blockquote>` : ""}
${whatChanged(q)}
${willRun(q)}
${sinceLast(q, page.lastApproved)}
${hasRun(q, page.logs)}
${wouldUndo(q)}
${votesSoFar(votes, checkpoint)}`;
  // The form holds the whole page, so that its buttons stay at the edge of the screen however long the plan is.
  // Its first button is a disabled one: pressing Enter in a field must not approve anything.
  const body = html`
${typed.notice || typed.issues.length > 0 ? complaint(typed, checkpoint.form) : ""}
${
  page.mayVote && checkpoint.policy.sign_in && !signedIn
    ? html`${facts}<section aria-labelledby="answer"><h2 id="answer">Your answer</h2>
<p>This is destructive and happens in a protected environment, so a link alone does not decide it. Sign in as ${visible(user.name)}, then decide here or in the console.</p>
<a class="signin" href="/sign-in?return_to=${encodeURIComponent(`/approvals/${checkpoint.id}`)}">Sign in to decide</a></section>`
    : page.mayVote
      ? html`<form method="post" autocomplete="off">
<button type="submit" disabled hidden></button>
<input type="hidden" name="nonce" value="${nonce}">
${facts}
<section aria-labelledby="answer"><h2 id="answer">Your answer</h2>
${run.requestedBy.id === user.id ? html`<div class="notice" role="note"><p>▲ You asked for this run yourself. The policy of this checkpoint lets you decide it too.</p></div>` : ""}
${fields.map(({ field, value, issue }) => input(field, value, issue))}
<div class="field"><label for="comment">Comment <span class="hint">optional, everybody sees it</span></label>
<textarea id="comment" name="comment" rows="2" maxlength="${LIMITS.commentChars}">${typed.comment}</textarea></div>
</section>
<div class="decide"><div class="buttons">
<button class="reject" type="submit" name="decision" value="reject" formnovalidate>${commandLine(words.reject)}</button>
<button class="approve" type="submit" name="decision" value="approve">${commandLine(words.approve)}</button>
</div></div>
<p class="small">You decide as ${visible(user.name)}. This link is yours alone and works once.</p>
</form>`
      : html`${facts}<div class="notice" role="status"><p>You can read this but not decide it: your role or groups have changed, or you asked for it yourself.</p></div>`
}`;
  const footer = html`Checkpoint <span class="mono">${checkpoint.id}</span> · plan <span class="mono">${checkpoint.planDigest.slice(0, 12)}</span>`;
  return layout({ title, workspace: page.tenantName, person: user.name, body, footer });
}

function complaint(typed: Typed, form: FormField[]): Markup {
  return html`<div class="notice${typed.issues.length > 0 ? " bad" : ""}" role="alert">
${typed.notice ? html`<p>${typed.notice}</p>` : ""}
${
  typed.issues.length > 0
    ? html`<ul>${typed.issues.map((issue) => {
        const name = nameOf(issue);
        return form.some((f) => f.name === name)
          ? html`<li><a href="#f-${name}">${issue.message}</a></li>`
          : html`<li>${issue.message}</li>`;
      })}</ul>`
    : ""
}</div>`;
}

function nameOf(issue: Issue): string {
  return issue.path.replace(/^inputs\./, "");
}

/** What stands in a field: what was typed, else its default. */
function stateOf(field: FormField, typed: Typed): { value: string; issue: string | null } {
  const issue = typed.issues.find((one) => nameOf(one) === field.name)?.message ?? null;
  const key = fieldKey(field.name);
  const answered = typed !== NOTHING && Object.keys(typed.values).length > 0;
  const value = answered
    ? (typed.values[key] ?? "")
    : field.default === undefined
      ? ""
      : String(field.default);
  return { value, issue };
}

function input(field: FormField, value: string, issue: string | null): Markup {
  const id = `f-${field.name}`;
  const name = fieldKey(field.name);
  const state = issue ? html` aria-invalid="true" aria-describedby="${id}-err"` : "";
  const required = field.required ? html` required` : "";
  const error = issue ? html`<p class="err" id="${id}-err">${issue}</p>` : "";
  const label = visible(labelOf(field));
  const hint = html`<span class="hint">${field.required ? "required" : "optional"}</span>`;
  if (field.type === "boolean") {
    const on = value !== "" && value !== "false" ? html` checked` : "";
    return html`<div class="field"><label class="check"><input type="checkbox" id="${id}" name="${name}" value="true"${on}${required}${state}><span>${label} ${field.required ? hint : ""}</span></label>${error}</div>`;
  }
  if (field.type === "enum") {
    const options = (field.options ?? []).map(
      (option) =>
        html`<option value="${option}"${option === value ? html` selected` : ""}>${visible(option)}</option>`,
    );
    return html`<div class="field"><label for="${id}">${label} ${hint}</label>
<select id="${id}" name="${name}"${required}${state}><option value="">Choose…</option>${options}</select>${error}</div>`;
  }
  const number = field.type === "number" ? html` inputmode="decimal"` : "";
  return html`<div class="field"><label for="${id}">${label} ${hint}</label>
<input type="text" id="${id}" name="${name}" value="${value}" maxlength="${LIMITS.commentChars}"${number}${required}${state}>${error}</div>`;
}
