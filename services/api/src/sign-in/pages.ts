/** The pages of signing in: plain HTML that needs no script, loads its typeface from here and nothing else, and is kept nowhere. */

import { visible } from "@tw/shared/approvals/visible";
import type { SignInLink } from "@tw/shared/db/sign-in-links";
import { MARK } from "@tw/shared/pages/look";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE } from "./style.ts";

export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

const PRODUCT = "Turbocharged Workspace";

function layout(title: string, body: Page, workspace: string | null = null): Page {
  const name = workspace ? visible(workspace) : PRODUCT;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title} – ${name}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="page">
<header class="brand">${raw(MARK)}<span>${name}</span></header>
<main>${body}</main>
</div>
</body>
</html>`;
}

/** The ways to sign in that are set up. */
export interface Ways {
  mail: boolean;
  /** Name of the OpenID Connect provider. */
  oidc: string | null;
  access: boolean;
  /** Host of a workspace on this very machine, whose start prints a link. */
  launcher: string | null;
}

/** Where everybody begins. */
export function signInPage(of: { ways: Ways; returnTo: string; email?: string; error?: string }): Page {
  const { ways, returnTo, email = "", error } = of;
  const query = returnTo === "/" ? "" : `?return_to=${encodeURIComponent(returnTo)}`;
  const providers = [
    ...(ways.access ? [{ href: `/sign-in/access${query}`, name: "Cloudflare Access" }] : []),
    ...(ways.oidc ? [{ href: `/sign-in/oidc${query}`, name: ways.oidc }] : []),
  ];
  const mail = html`<form method="post" action="/sign-in">
<input type="hidden" name="return_to" value="${returnTo}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254" value="${email}"${error ? raw(' aria-invalid="true" aria-describedby="error"') : ""}>
${error ? html`<p class="err" id="error">${error}</p>` : ""}
<button>Mail me a link</button>
</form>`;
  const online = ways.mail || providers.length > 0;
  return layout(
    "Sign in",
    html`<h1>Sign in</h1>
<p class="lede">${ledeOf(ways, providers.length > 0)}</p>
${
  online
    ? html`<div class="card"><div>
${providers.map(({ href, name }) => html`<a class="button${ways.mail ? " second" : ""}" href="${href}">Continue with ${name}</a>`)}
${providers.length > 0 && ways.mail ? html`<p class="or">or</p>` : ""}
${ways.mail ? mail : ""}
</div></div>`
    : ""
}
<div class="card">
${ways.launcher === null && online ? "" : launcherWay(ways.launcher ?? "…")}
${ways.mail ? notInYet() : ownersWay()}
${online ? "" : html`<section><h2>By mail</h2><p class="sub">This workspace cannot send mail yet. The person who runs it can set that up by starting it with <code>--smtp</code>; then you type your address here and get your link by mail. If you run it, the file <code>docs/email.md</code> in its folder has the details.</p></section>`}
</div>
<footer><p>Nobody can make an account here; owners add people.</p></footer>`,
  );
}

function ledeOf(ways: Ways, provider: boolean): string {
  if (ways.mail)
    return "You get a link by mail. It signs you in once, within 15 minutes; there is no password.";
  if (provider)
    return "You sign in with an account you have already; this workspace has no password of its own.";
  return "You get in with a link that works once; there is no password.";
}

/** What the terminal shows in which the workspace was started. */
function launcherWay(host: string): Page {
  return html`<section><h2>You started this workspace</h2>
<p class="sub">Its terminal shows a link that signs the owner in. Open it on the machine where it runs:</p>
<pre><span class="sub">$</span> npm start
<span class="sub">  sign in here  </span><span class="w">http://${host}/sign-in/…</span></pre>
<p class="sub">The link works once, within ten minutes. If it was used or is older than that, stop the workspace with Ctrl-C and start it again: each start prints a new link.</p></section>`;
}

function notInYet(): Page {
  return html`<section><h2>You are not in this workspace yet</h2>
<p class="sub">Ask an owner to add you: an invitation with a link is mailed to you.</p></section>`;
}

/** Only where nothing can be mailed an owner can make a link for somebody else. */
function ownersWay(): Page {
  return html`<section><h2>Somebody else runs it</h2>
<p class="sub">Ask an owner for your link: in the console on the page People, “Sign-in link” beside your name. It works once, within a day. Open it in this browser.</p></section>`;
}

/** The one answer to an ask for a mail, whether or not the address is known. */
export function askedPage(email: string): Page {
  return layout(
    "Look into your mail",
    html`<h1>Look into your mail</h1>
<p>If <b>${visible(email)}</b> belongs to somebody in this workspace, a message with a link is on its way. It works once, for 15 minutes; open it in this browser.</p>
<p class="sub">Nothing came? Look at the address, and into the spam folder, then <a href="/sign-in">ask again</a>.</p>`,
  );
}

/** Behind a link: who would be signed in, and the one button that does it. */
export function confirmPage(link: SignInLink): Page {
  return layout(
    "Sign in",
    html`<h1>Sign in as ${visible(link.user.name)}?</h1>
<p class="lede">${link.kind === "invitation" ? "You were invited to" : "To"} <b>${visible(link.tenantName)}</b> with the address ${visible(link.user.email)}. Go on only if this is you.</p>
<form method="post"><button>Sign in</button></form>
<p class="sub">The link works once. Opening this page used nothing up.</p>`,
    link.tenantName,
  );
}

/** For whoever is signed in already. */
export function signedInPage(of: {
  name: string;
  email: string;
  workspace: string;
  returnTo: string;
  csrf: string;
}): Page {
  return layout(
    "You are signed in",
    html`<h1>You are signed in</h1>
<p class="lede">As <b>${visible(of.name)}</b> (${visible(of.email)}).</p>
<p class="actions"><a class="button" href="${of.returnTo}">Go on</a></p>
<form method="post" action="/sign-in/out"><input type="hidden" name="csrf" value="${of.csrf}"><button class="second">Sign out</button></form>`,
    of.workspace,
  );
}

/** A page that only says something, and what to do next. */
export function messagePage(title: string, text: string, next = "To the sign-in page"): Page {
  return layout(
    title,
    html`<h1>${title}</h1><p class="lede">${visible(text)}</p><p><a class="button second" href="/sign-in">${next}</a></p>`,
  );
}

/** Of a link that signs nobody in: why, and where a new one comes from. */
export function spentPage(link: SignInLink | null, ways: Ways): Page {
  if (!link)
    return messagePage(
      "Unknown link",
      "This link opens nothing: it may be cut off, or mistyped. Copy the whole address once more, or get a new one.",
      "How to get a link",
    );
  if (!link.open)
    return messagePage("This link is closed", "It belongs to somebody who is not in the workspace any more.");
  const anew =
    link.kind === "console"
      ? "Start the workspace again with npm start: each start prints a new one."
      : ways.mail
        ? "Ask for a new one; it comes at once."
        : "Ask an owner for a new one.";
  return link.usedAt === null
    ? messagePage("This link has expired", anew, "How to get a link")
    : messagePage(
        "This link was used",
        `It works once. If it did not sign you in here: ${anew.charAt(0).toLowerCase()}${anew.slice(1)}`,
        "How to get a link",
      );
}
