/** The frame of every page: no script, nothing from elsewhere but our own typeface, not kept, not indexed, no referrer. */
import { MARK } from "@tw/shared/pages/look";
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
<header class="top"><span class="brand">${raw(MARK)}<span>${of.workspace ?? "Turbocharged Workspace"}</span></span>${of.person ? html`<span>for ${of.person}</span>` : ""}</header>
<main id="main">${of.body}</main>
${of.footer ? html`<footer>${of.footer}</footer>` : ""}
</div>
</body>
</html>`;
}
