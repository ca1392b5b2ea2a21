/** Pieces of the pages: what will run, what has run, how it would be undone, who has voted. */

import type { Vote } from "@tw/shared/approvals/outcome";
import { choices, EFFECT_WORDS, type Question, show } from "@tw/shared/approvals/request";
import { cut, utc, visible } from "@tw/shared/approvals/visible";
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
  return html`<section aria-labelledby="will">
<div class="head"><h2 id="will">${heading}</h2>
<span class="effect ${q.effect}">${q.effect === "destructive" ? "▲ " : ""}${EFFECT_WORDS[q.effect]}</span></div>
<pre class="run">${commandLine((q.argv.length > 0 ? q.argv : [q.command]).join("\n"))}</pre>
<dl class="facts">
<dt>Command</dt><dd class="mono">${visible(q.command)}</dd>
<dt>Where</dt><dd>${visible(place)}, in <span class="mono">${visible(q.cwd ?? "its root folder")}</span></dd>
</dl>
${
  q.next.length > 0
    ? html`<details><summary>Then, without asking again: ${q.next.length} more ${q.next.length === 1 ? "step" : "steps"}</summary>
<ol class="plain mono">${q.next.map((line) => html`<li>${commandLine(line)}</li>`)}</ol></details>`
    : ""
}
</section>`;
}

/** Results so far. */
export function hasRun(q: Question): Markup {
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
${outputs ? html`<span class="out mono">${visible(cut(outputs, OUTPUT_CHARS), { lines: true })}</span>` : ""}</li>`;
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
<ol class="plain">${q.rollback.map((r) => html`<li><span class="mono">${commandLine(r.command)}</span>${r.step ? html` <span class="sub">undoes ${visible(r.step)}</span>` : ""}</li>`)}</ol>`
}
</section>`;
}

/** Everybody's vote so far. */
export function votesSoFar(votes: Vote[], required: number): Markup {
  if (votes.length === 0 && required === 1) return "";
  return html`<section aria-labelledby="votes"><div class="head"><h2 id="votes">Votes</h2>
<span class="sub">${votes.filter((v) => v.decision === "approve").length} of ${required} approvals</span></div>
${
  votes.length === 0
    ? html`<p class="sub">Nobody has voted yet. ${required} people have to approve; one rejection is enough to end it.</p>`
    : html`<ol class="steps">${votes.map(
        (v) =>
          html`<li><span class="${v.decision === "approve" ? "ok" : "no"}" aria-hidden="true">${v.decision === "approve" ? "✓" : "✕"}</span><span>${visible(v.name)} ${v.decision === "approve" ? "approved" : "rejected"}</span><span class="word">${timeOf(v.at)}</span>
${v.comment ? html`<span class="out">${visible(v.comment, { lines: true })}</span>` : ""}</li>`,
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
