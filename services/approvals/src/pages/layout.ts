/** The frame of every page: no script, nothing from elsewhere, not kept, not indexed, no referrer. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE } from "./style.ts";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString> | "";

/** A whole document around `body`. */
export function layout(of: {
  title: string;
  workspace: string | null;
  person: string | null;
  body: Markup;
  footer?: Markup;
}): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<title>${of.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the question</a>
<div class="page">
<header class="top"><span><b>${of.workspace ?? "Turbocharged Workspace"}</b> · approval</span>${of.person ? html`<span>for ${of.person}</span>` : ""}</header>
<main id="main">${of.body}</main>
${of.footer ? html`<footer>${of.footer}</footer>` : ""}
</div>
</body>
</html>`;
}

let styleHash: Promise<string> | undefined;

/** Headers of every page. The style is allowed by its hash, so nothing that slips into the page can style or load anything. */
export async function pageHeaders(): Promise<Record<string, string>> {
  styleHash ??= crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(STYLE))
    .then((digest) => btoa(String.fromCharCode(...new Uint8Array(digest))));
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${await styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
  };
}
