/** The pages of signing in: plain HTML that needs no script, loads nothing and is kept nowhere. */

import { visible } from "@tw/shared/approvals/visible";
import type { SignInLink } from "@tw/shared/db/sign-in-links";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE } from "./style.ts";

export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

function layout(title: string, body: Page, workspace: string | null = null): Page {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="page">
<header><b>${workspace ? visible(workspace) : "Turbocharged Workspace"}</b> · sign in</header>
<main>${body}</main>
</div>
</body>
</html>`;
}

let styleHash: Promise<string> | undefined;

/** Headers of every page. The style is allowed by its hash; forms go to us only. */
export async function pageHeaders(): Promise<{ [name: string]: string }> {
  styleHash ??= crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(STYLE))
    .then((digest) => btoa(String.fromCharCode(...new Uint8Array(digest))));
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${await styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
  };
}

/** The ways to sign in that are set up. */
export interface Ways {
  mail: boolean;
  /** Name of the OpenID Connect provider. */
  oidc: string | null;
  access: boolean;
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
  return layout(
    "Sign in",
    html`<h1>Sign in</h1>
<p class="sub">${ways.mail || providers.length > 0 ? "For people of this workspace. Nobody can make an account here; its owner adds people." : "No way to sign in from elsewhere is set up."}</p>
${providers.map(({ href, name }) => html`<p><a class="button${ways.mail ? " second" : ""}" href="${href}">Continue with ${name}</a></p>`)}
${providers.length > 0 && ways.mail ? html`<p class="or">or</p>` : ""}
${ways.mail ? mail : providers.length > 0 ? "" : html`<p>No mail can be sent from here. On the machine where the workspace runs, its start prints a link that signs the owner in: <code>npm start</code>. For everybody else an owner makes a link, on the page People.</p>`}`,
  );
}

/** The one answer to an ask for a mail, whether or not the address is known. */
export function askedPage(email: string): Page {
  return layout(
    "Look into your mail",
    html`<h1>Look into your mail</h1>
<p>If <b>${visible(email)}</b> belongs to somebody in this workspace, a message with a link is on its way. It works once, for 15 minutes.</p>
<p class="sub">Nothing came? Look at the address, and into the spam folder, then <a href="/sign-in">ask again</a>.</p>`,
  );
}

/** Behind a link: who would be signed in, and the one button that does it. */
export function confirmPage(link: SignInLink): Page {
  return layout(
    "Sign in",
    html`<h1>Sign in as ${visible(link.user.name)}?</h1>
<p>${link.kind === "invitation" ? "You were invited to" : "To"} <b>${visible(link.tenantName)}</b> with the address ${visible(link.user.email)}. Go on only if this is you.</p>
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
<p>As <b>${visible(of.name)}</b> (${visible(of.email)}).</p>
<p><a class="button" href="${of.returnTo}">Go on</a></p>
<form method="post" action="/sign-in/out"><input type="hidden" name="csrf" value="${of.csrf}"><button class="second">Sign out</button></form>`,
    of.workspace,
  );
}

/** A page that only says something, and what to do next. */
export function messagePage(title: string, text: string): Page {
  return layout(
    title,
    html`<h1>${title}</h1><p>${visible(text)}</p><p><a class="button second" href="/sign-in">Sign in</a></p>`,
  );
}
