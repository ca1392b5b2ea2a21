/** Letters with a link that signs its reader in. Pure. */
import { duration } from "@tw/shared/approvals/visible";
import { type Mail, renderLetter } from "./mail-layout.ts";

export interface SignIn {
  kind: "sign_in" | "invitation";
  workspace: string;
  url: string;
  /** Who invited; of an invitation. */
  by: string | null;
  /** How long the link opens, in ms; null when unknown. */
  leftMs: number | null;
}

export function signInMailOf(s: SignIn): Mail {
  const until =
    s.leftMs === null ? "The link works once." : `The link works once, for ${duration(s.leftMs)}.`;
  const invited = s.kind === "invitation";
  return renderLetter({
    subject: invited ? `${s.by ?? "Somebody"} invites you to ${s.workspace}` : `Sign in to ${s.workspace}`,
    preview: until,
    workspace: s.workspace,
    about: invited ? "invitation" : "sign-in",
    heading: invited ? `You are invited to ${s.workspace}` : `Sign in to ${s.workspace}`,
    tone: "ask",
    blocks: [
      {
        kind: "text",
        text: invited
          ? `${s.by ?? "Somebody"} added you to the workspace ${s.workspace}, where commands are run and approved.`
          : "Somebody, hopefully you, asked to sign in with this address.",
      },
      {
        kind: "button",
        label: invited ? "Accept and sign in" : "Sign in",
        url: s.url,
        note: `${until} Nobody who works with you will ever ask for it.`,
      },
    ],
    footer: invited
      ? "If you do not know this workspace, ignore this mail: without the link nothing happens."
      : "If it was not you, ignore this mail: without the link nobody gets in, and nothing has changed.",
  });
}
