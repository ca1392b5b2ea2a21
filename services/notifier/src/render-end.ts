/** The mail to somebody whose run had to wait for others: how it ended. Pure. */
import { oneLine, utc } from "@tw/shared/approvals/visible";
import type { Due } from "@tw/shared/db/claim-notifications";
import { type Block, type Mail, renderLetter } from "./mail-layout.ts";

export const SHAPES: { [status: string]: string | undefined } = {
  succeeded: "✓",
  failed: "✕",
  rejected: "✕",
  cancelled: "–",
};

export function endMailOf(
  due: { run: NonNullable<Due["run"]>; tenantName: string },
  publicUrl: string,
): Mail {
  const { run } = due;
  const shape = SHAPES[run.status] ?? "•";
  const url = `${publicUrl.replace(/\/+$/, "")}/runs/${encodeURIComponent(run.id)}`;
  const decisions: Block[] = run.decisions.flatMap((d): Block[] => [
    {
      kind: "text",
      text: `“${d.prompt}” ${d.status === "expired" ? "expired" : `was ${d.status}`}${d.by === null ? "" : ` by ${d.by}`}${d.comment ? ":" : "."}`,
    },
    ...(d.comment ? [{ kind: "quote" as const, text: d.comment }] : []),
  ]);
  const rollback = ROLLBACK_WORDS[run.rollback];
  return renderLetter({
    subject: `${shape} ${run.command} ${run.status}`,
    preview: run.error ?? run.decisions.map((d) => `${d.prompt} ${d.status}`).join(" "),
    workspace: oneLine(due.tenantName, 80),
    about: "run",
    heading: `${shape} ${run.command} ${run.status}`,
    tone: run.status === "succeeded" ? "good" : run.status === "cancelled" ? "plain" : "bad",
    blocks: [
      {
        kind: "text",
        text: `The run you started ended ${run.finishedAt === null ? "" : `${utc(run.finishedAt)} `}with the status ${run.status}.`,
      },
      ...decisions,
      ...(run.error && run.status !== "rejected"
        ? [
            { kind: "title" as const, text: "What went wrong" },
            { kind: "code" as const, lines: [run.error] },
          ]
        : []),
      ...(rollback ? [{ kind: "text" as const, text: rollback }] : []),
      { kind: "button", label: "Open the run", url, note: "" },
    ],
    footer: `You get this because you started this run in ${oneLine(due.tenantName, 80)}.`,
  });
}

export const ROLLBACK_WORDS: { [status: string]: string | undefined } = {
  succeeded: "What had been done was rolled back.",
  failed: "The rollback did not finish: the run says what is left undone.",
};
