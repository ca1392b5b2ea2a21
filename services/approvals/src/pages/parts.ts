/** Pieces of the pages: what will run, what has run, how it would be undone, who has voted. */

import type { Vote } from "@tw/shared/approvals/outcome";
import { standing } from "@tw/shared/approvals/policy";
import { choices, effectOf, type Question, questionOf, show } from "@tw/shared/approvals/request";
import { cut, utc, visible } from "@tw/shared/approvals/visible";
import type { LinkedPage } from "@tw/shared/db/links";
import type { Checkpoint } from "@tw/shared/engine/state";
import { html } from "hono/html";
import type { Markup } from "./layout.ts";

const OUTPUT_CHARS = 400;
/** Status is a shape and a word; colour only repeats it. */
const SHAPES: Record<string, string> = {
  succeeded: "✓",
  failed: "✕",
  skipped: "⤼",
  running: "◐",
  waiting: "⏸",
  cancelled: "⃠",
  unknown: "?",
};

/** A command line whose flags never break at their hyphens; only a word longer than the line does. */
export function commandLine(line: string): Markup {
  return html`${visible(line, { lines: true })
    .split(/( +|\n)/)
    .map((part) => (/^\s*$/.test(part) ? part : html`<span class="w">${part}</span>`))}`;
}

/** A time of day that never breaks across lines; machines read it too. */
export function timeOf(at: number): Markup {
  return html`<time class="nb" datetime="${new Date(at).toISOString()}">${utc(at)}</time>`;
}

/** The exact lines that run on approval, where, and what follows them. `heading`: what the question is by now. */
export function willRun(q: Question, heading = q.unknown ? "What would run again" : "What will run"): Markup {
  const place = q.agent ? `agent ${q.agent}` : "any agent of this workspace";
  const { words, alarming } = effectOf(q);
  return html`<section aria-labelledby="will">
<div class="head"><h2 id="will">${heading}</h2>
<span class="effect${alarming ? " destructive" : ""}">${alarming ? "▲ " : ""}${words}</span></div>
<pre class="run">${commandLine((q.argv.length > 0 ? q.argv : [q.command]).join("\n"))}</pre>
<dl class="facts">
<dt>Command</dt><dd><span class="mono">${visible(q.command)}</span>${q.version === null ? "" : html` version ${q.version}`}</dd>
<dt>Where</dt><dd>${visible(place)}, in <span class="mono">${visible(q.cwd ?? "its root folder")}</span></dd>
${q.head ? html`<dt>Commit</dt><dd class="mono">${q.head}</dd>` : ""}
</dl>
${
  q.next.length > 0
    ? html`<details><summary>Then, without asking again: ${q.next.length} more ${q.next.length === 1 ? "step" : "steps"}</summary>
<ol class="plain mono">${q.next.map((line) => html`<li>${commandLine(line)}</li>`)}</ol></details>`
    : ""
}
</section>`;
}

/** What is different from when people were asked before; they are told first of all. */
export function whatChanged(q: Question): Markup {
  if (q.difference.length === 0) return "";
  return html`<section class="changed" aria-labelledby="changed"><h2 id="changed">Changed since people were asked before</h2>
<p class="sub">Earlier votes are void. Please look again.</p>
${q.difference.map((one) => beforeAfter(one))}</section>`;
}

function beforeAfter({ what, before, after }: Question["difference"][number]): Markup {
  return html`<dl class="diff"><dt class="what">${visible(what)}</dt>
<dd><span class="no" aria-hidden="true">−</span><span class="vh">before: </span><del class="mono">${commandLine(before)}</del></dd>
<dd><span class="ok" aria-hidden="true">+</span><span class="vh">now: </span><ins class="mono">${commandLine(after)}</ins></dd></dl>`;
}

/** The lines of now against those that were approved last at this place. */
export function sinceLast(q: Question, last: LinkedPage["lastApproved"]): Markup {
  if (!last) return "";
  const lines = ({ argv, next }: { argv: string[]; next: string[] }) => [...argv, ...next];
  const before = lines(questionOf({ ...NO_QUESTION, context: last.context }));
  const now = lines(q);
  const gone = before.filter((line) => !now.includes(line));
  const added = now.filter((line) => !before.includes(line));
  const when = html`${last.by ? html`${visible(last.by)} approved it` : "it was approved"} ${timeOf(last.at)}`;
  return html`<section aria-labelledby="since"><h2 id="since">Since it was approved last</h2>
${
  gone.length + added.length === 0
    ? html`<p class="sub">The same lines as when ${when}.</p>`
    : html`<p class="sub">When ${when}, other lines ran:</p>
<ul class="diff">${gone.map((line) => html`<li><span class="no" aria-hidden="true">−</span><span class="vh">then: </span><del class="mono">${commandLine(line)}</del></li>`)}
${added.map((line) => html`<li><span class="ok" aria-hidden="true">+</span><span class="vh">now: </span><ins class="mono">${commandLine(line)}</ins></li>`)}</ul>`
}</section>`;
}
const NO_QUESTION = { prompt: "", name: "", stepId: "", reason: "gate" } as Checkpoint;

/** The end of a step's log, folded. */
function logOf(step: string, logs: LinkedPage["logs"]): Markup {
  const log = logs.find((one) => one.step === step);
  if (!log || log.text.trim() === "") return "";
  return html`<details class="log"><summary>Log of ${visible(step)}${log.attempt > 1 ? `, attempt ${log.attempt}` : ""}${log.cut ? ", its end" : ""}</summary>
<pre tabindex="0">${log.cut ? "…" : ""}${visible(log.text, { lines: true })}</pre></details>`;
}

/** Results so far. */
export function hasRun(q: Question, logs: LinkedPage["logs"] = []): Markup {
  return html`<section aria-labelledby="has"><h2 id="has">What has run</h2>
${
  q.results.length === 0
    ? html`<p class="sub">Nothing yet. This is the first step.</p>`
    : html`<ol class="steps">${q.results.map((r) => {
        const tone = r.status === "succeeded" ? "ok" : r.status === "failed" ? "no" : "sub";
        const outputs = Object.entries(r.outputs ?? {})
          .map(([name, value]) => `${name} = ${cut(show(value), 120)}`)
          .join("\n");
        return html`<li><span class="${tone}" aria-hidden="true">${SHAPES[r.status] ?? "○"}</span><span class="mono">${visible(r.step)}</span><span class="word">${visible(r.status)}${r.exitCode !== null && r.exitCode !== 0 ? ` (exit code ${r.exitCode})` : ""}</span>
${outputs ? html`<span class="out mono">${visible(cut(outputs, OUTPUT_CHARS), { lines: true })}</span>` : ""}${logOf(r.step, logs)}</li>`;
      })}</ol>`
}
</section>`;
}

/** What a rejection undoes. */
export function wouldUndo(q: Question): Markup {
  return html`<section aria-labelledby="undo"><h2 id="undo">If you reject</h2>
${
  q.rollback.length === 0
    ? html`<p class="sub">The run ends here. Nothing is undone: no finished step has a rollback.</p>`
    : html`<p class="sub">The run ends and these run, in this order:</p>
<ol class="plain">${q.rollback.map((r) => html`<li><span class="mono">${commandLine(r.line)}</span>${r.step ? html` <span class="sub">undoes ${visible(r.step)}</span>` : ""}</li>`)}</ol>`
}
</section>`;
}

/** Everybody's vote so far. */
export function votesSoFar(votes: Vote[], checkpoint: Checkpoint): Markup {
  const { policy, planDigest, escalatedAt } = checkpoint;
  const { required, approvals, missing } = standing(policy, votes, planDigest, escalatedAt !== null);
  if (votes.length === 0 && required === 1 && missing.length === 0) return "";
  return html`<section aria-labelledby="votes"><div class="head"><h2 id="votes">Votes</h2>
<span class="sub">${approvals} of ${required} approvals</span></div>
${missing.length > 0 ? html`<p class="sub">Still needed: ${missing.map(({ group, left }) => `${left} of ${visible(group)}`).join(", ")}.</p>` : ""}
${
  votes.length === 0
    ? html`<p class="sub">Nobody has voted yet. ${required} people have to approve; one rejection is enough to end it.</p>`
    : html`<ol class="steps">${votes.map(
        (v) =>
          html`<li><span class="${v.decision === "approve" ? "ok" : "no"}" aria-hidden="true">${v.decision === "approve" ? "✓" : "✕"}</span><span>${visible(v.name)} ${v.decision === "approve" ? "approved" : "rejected"}</span><span class="word">${timeOf(v.at)}</span>
${v.groups === null ? html`<span class="out">does not count: this person may not vote any more</span>` : ""}${v.comment ? html`<span class="out">${visible(v.comment, { lines: true })}</span>` : ""}</li>`,
      )}</ol>`
}
</section>`;
}

/** The words on the two buttons. */
export function buttonWords(
  q: Question,
  required: number,
  approvals: number,
): { approve: string; reject: string } {
  const words = choices(q);
  return required > 1 ? { ...words, approve: `${words.approve} (${approvals + 1} of ${required})` } : words;
}
