/** `/sign-in…`: pages for people. What a GET or a mail scanner opens signs nobody in; a button does. */
import { sameText } from "@tw/shared/approvals/links";
import { findSession, revokeSessions } from "@tw/shared/db/sessions";
import { linkIsOpen, readSignInLink, type SignInLink, useSignInLink } from "@tw/shared/db/sign-in-links";
import { Refusal } from "@tw/shared/errors";
import { pageHeaders } from "@tw/shared/pages/headers";
import { sessionCookie } from "@tw/shared/sign-in/cookie";
import { returnPath } from "@tw/shared/sign-in/return-to";
import { csrfOf, looksLikeLink } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import { type Context, Hono } from "hono";
import { checkFormOrigin } from "../csrf.ts";
import type { Env } from "../env.ts";
import { refusalOf } from "../errors.ts";
import { clearSessionCookie } from "../session.ts";
import { accessSettings } from "./access.ts";
import { addressSchema, askForLink, limitSignIns, mailIsSetUp } from "./ask.ts";
import { freshSession, signedIn } from "./begin.ts";
import { oidcSettings } from "./oidc.ts";
import {
  askedPage,
  confirmPage,
  messagePage,
  type Page,
  signedInPage,
  signInPage,
  spentPage,
  type Ways,
} from "./pages.ts";
import { fromAccess, fromOidc, toOidc } from "./providers.ts";
import { STYLE } from "./style.ts";

type Ctx = Context<{ Bindings: Env }>;
const FORM_BYTES = 10_000;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])$/;

/** The pages, to be mounted at `/sign-in`. */
export function signInRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/", start);
  app.post("/", askByForm);
  app.post("/out", signOut);
  app.get("/oidc", (c) => toOidc(c.req.raw, c.env));
  app.get("/oidc/callback", (c) => fromOidc(c.req.raw, c.env));
  app.get("/access", (c) => fromAccess(c.req.raw, c.env));
  app.get("/:token", openLink);
  app.post("/:token", useLink);
  app.all("*", (c) =>
    respond(
      c,
      messagePage("Not like this", "This page can be opened and its form can be sent, nothing else."),
      405,
      { Allow: "GET, HEAD, POST" },
    ),
  );
  app.onError((error, c) => {
    const refusal = refusalOf(error, c.req.header("x-request-id") ?? "sign-in");
    const headers: { [name: string]: string } =
      refusal.retryAfterS === undefined ? {} : { "Retry-After": String(refusal.retryAfterS) };
    return respond(c as Ctx, messagePage("That did not work", refusal.message), refusal.status, headers);
  });
  return app;
}

/** What is set up here. Without CHANNELS nobody said that mail can be sent. */
function waysOf({ env, req }: Ctx): Ways {
  const { host, hostname } = new URL(req.url);
  return {
    mail: mailIsSetUp(env),
    oidc: oidcSettings(env)?.name ?? null,
    access: accessSettings(env) !== null,
    launcher: LOOPBACK.test(hostname) ? host : null,
  };
}

async function start(c: Ctx): Promise<Response> {
  const returnTo = returnPath(c.req.query("return_to"));
  const value = sessionCookie(c.req.raw, c.env);
  const session = value ? await findSession(c.env.DB, await hashToken(value), Date.now()) : null;
  if (session && value) {
    const { name, email } = session.user;
    const page = { name, email, workspace: session.tenantName, returnTo, csrf: await csrfOf(value) };
    return respond(c, signedInPage(page), 200);
  }
  return respond(c, signInPage({ ways: waysOf(c), returnTo }), 200);
}

async function askByForm(c: Ctx): Promise<Response> {
  checkFormOrigin(c.req.raw, c.env.PUBLIC_URL);
  const now = Date.now();
  limitSignIns(c.req.raw, now);
  const form = await readForm(c);
  const returnTo = returnPath(form.get("return_to"));
  const email = addressSchema.safeParse((form.get("email") ?? "").trim());
  if (!email.success) {
    const typed = (form.get("email") ?? "").slice(0, 254);
    const error = "This is not a whole e-mail address.";
    return respond(c, signInPage({ ways: waysOf(c), returnTo, email: typed, error }), 422);
  }
  await askForLink(c.env, { email: email.data, returnTo }, now);
  return respond(c, askedPage(email.data), 202);
}

/** A link's page. Only the launcher's own link signs in by being opened, and only on the machine it was printed on. */
async function openLink(c: Ctx): Promise<Response> {
  const link = await findLink(c);
  const now = Date.now();
  if (!link || !linkIsOpen(link, now)) return respond(c, spentPage(link, waysOf(c)), link ? 410 : 404);
  if (link.kind === "console" && isOpenedHere(c)) return begin(c, link);
  return respond(c, confirmPage(link), 200);
}

async function useLink(c: Ctx): Promise<Response> {
  checkFormOrigin(c.req.raw, c.env.PUBLIC_URL);
  const link = await findLink(c);
  if (!link || !linkIsOpen(link, Date.now())) return respond(c, spentPage(link, waysOf(c)), link ? 410 : 404);
  return begin(c, link);
}

async function begin(c: Ctx, link: SignInLink): Promise<Response> {
  const now = Date.now();
  const person = { tenantId: link.tenantId, userId: link.user.id, name: link.user.name };
  const method = link.kind === "console" ? "console" : "mail";
  const { session, value } = await freshSession(c.req.raw, c.env, person, method, now);
  if (!(await useSignInLink(c.env.DB, link, session, now)))
    return respond(c, spentPage({ ...link, usedAt: now }, waysOf(c)), 410);
  return signedIn(c.env, value, link.returnTo);
}

async function signOut(c: Ctx): Promise<Response> {
  checkFormOrigin(c.req.raw, c.env.PUBLIC_URL);
  const value = sessionCookie(c.req.raw, c.env);
  const form = await readForm(c);
  if (value) {
    if (!sameText(form.get("csrf") ?? "", await csrfOf(value)))
      throw new Refusal("forbidden", "This form was out of date, so you are still signed in. Open it again.");
    const now = Date.now();
    const session = await findSession(c.env.DB, await hashToken(value), now);
    if (session)
      await revokeSessions(
        c.env.DB,
        {
          tenantId: session.tenantId,
          user: { id: session.user.id, name: session.user.name },
          id: session.id,
        },
        now,
      );
  }
  return respond(c, messagePage("You are signed out", "Close this window, or sign in again."), 200, {
    "Set-Cookie": clearSessionCookie(c.env),
  });
}

async function findLink(c: Ctx): Promise<SignInLink | null> {
  const token = c.req.param("token") ?? "";
  return looksLikeLink(token) ? await readSignInLink(c.env.DB, await hashToken(token)) : null;
}

/** On a loopback address, opened as a page by a person: not fetched ahead, not as a picture, not with HEAD. */
function isOpenedHere(c: Ctx): boolean {
  const { method, headers, url } = c.req.raw;
  const address = c.env.PUBLIC_URL;
  if (method !== "GET" || headers.has("sec-purpose") || headers.has("purpose")) return false;
  if (!LOOPBACK.test(new URL(url).hostname)) return false;
  if (!URL.canParse(address) || !LOOPBACK.test(new URL(address).hostname)) return false;
  return (headers.get("sec-fetch-dest") ?? "document") === "document";
}

async function readForm(c: Ctx): Promise<URLSearchParams> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new Refusal("unsupported_media_type", "Send the form as application/x-www-form-urlencoded.");
  const text = Number(c.req.header("content-length") ?? 0) > FORM_BYTES ? null : await c.req.text();
  if (text === null || text.length > FORM_BYTES) throw new Refusal("too_large", "The form is too large.");
  return new URLSearchParams(text);
}

async function respond(
  c: Ctx,
  page: Page,
  status: number,
  more: { [name: string]: string } = {},
): Promise<Response> {
  const body = c.req.method === "HEAD" ? null : String(await page);
  return new Response(body, { status, headers: { ...(await pageHeaders(STYLE)), ...more } });
}
