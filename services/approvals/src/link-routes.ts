/** `/a/{token}`: the page of an approval link. Opening it changes nothing, whoever opens it; only a POST with the page's nonce decides. */
import { pageNonce, sameText, tokenHash } from "@tw/shared/approvals/links";
import { type Decision, voteRefusal } from "@tw/shared/approvals/outcome";
import { type LinkedPage, readLink } from "@tw/shared/db/links";
import { findSession } from "@tw/shared/db/sessions";
import { castVote } from "@tw/shared/db/votes";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { pageHeaders } from "@tw/shared/pages/headers";
import { sendHint } from "@tw/shared/queues/send";
import { sessionCookie } from "@tw/shared/sign-in/cookie";
import { hashToken } from "@tw/shared/tokens";
import { type Context, Hono } from "hono";
import type { Env } from "./env.ts";
import { decidePage, fieldKey, postedInputs, type Typed } from "./pages/decide.ts";
import type { Markup } from "./pages/layout.ts";
import { messagePage, outcomePage, settledState } from "./pages/outcome.ts";
import { STYLE } from "./pages/style.ts";

type Ctx = Context<{ Bindings: Env }>;
const TOKEN = /^[0-9a-f]{64}$/;

export function linkRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/:token", async (c) => {
    const found = await find(c);
    return found ? await show(c, found) : await unknown(c);
  });
  app.post("/:token", post);
  app.all("/:token", async (c) => {
    const page = messagePage(
      "Not like this",
      "An approval link can be opened and its form can be sent, nothing else.",
    );
    return await respond(c, page, 405, { allow: "GET, HEAD, POST" });
  });
  app.onError(async (error, c) => {
    if (!(error instanceof Refusal)) console.error(`approvals: ${error.stack ?? String(error)}`);
    const text =
      error instanceof Refusal
        ? error.message
        : "Something failed here. Nothing was decided by this; open the link again in a moment.";
    const status = error instanceof Refusal ? error.status : 500;
    return await respond(
      c as Ctx,
      messagePage("That did not work", text),
      status,
      status === 503 ? { "retry-after": "2" } : {},
    );
  });
  return app;
}

interface Found {
  hash: string;
  page: LinkedPage;
}

async function find(c: Ctx): Promise<Found | null> {
  const token = c.req.param("token") ?? "";
  if (!TOKEN.test(token)) return null;
  const hash = await tokenHash(token);
  const page = await readLink(c.env.DB, hash, Date.now());
  return page && { hash, page };
}

/** The page as it stands now: the question, or what came of it. */
async function show(c: Ctx, { hash, page }: Found): Promise<Response> {
  const now = Date.now();
  const settled = settledState(page, now);
  if (settled) return await respond(c, outcomePage(page, settled.kind, false), settled.status);
  return await respond(
    c,
    decidePage(page, await nonceFor(c.env, hash, page), now, await isSignedIn(c, page)),
    200,
  );
}

async function post(c: Ctx): Promise<Response> {
  const found = await find(c);
  if (!found) return await unknown(c);
  const foreign = fromElsewhere(c);
  if (foreign) return await respond(c, messagePage("This form came from elsewhere", foreign), 403);
  const form = await readForm(c);
  const { hash, page } = found;
  const digest = await readNonce(c.env, hash, page, form.get("nonce") ?? "");
  if (digest === null)
    return await ask(c, found, form, 403, {
      issues: [],
      notice: "This form was out of date, so nothing was decided. Here it is again as it stands now.",
    });
  const decision = form.get("decision");
  if (decision !== "approve" && decision !== "reject")
    return await ask(c, found, form, 422, {
      issues: [],
      notice: "Choose one of the two buttons; nothing was decided.",
    });
  return await vote(c, found, form, decision, digest);
}

async function vote(
  c: Ctx,
  found: Found,
  form: URLSearchParams,
  decision: Decision,
  digest: string,
): Promise<Response> {
  const { hash, page } = found;
  const comment = (form.get("comment") ?? "").trim().slice(0, LIMITS.commentChars);
  const outcome = await castVote(
    c.env.DB,
    {
      tenantId: page.link.tenantId,
      checkpointId: page.checkpoint.id,
      user: page.user,
      decision,
      channel: "link",
      comment: comment === "" ? null : comment,
      inputs: decision === "approve" ? postedInputs(page.checkpoint.form, form) : null,
      planDigest: digest,
      link: hash,
      signedIn: await isSignedIn(c, page),
    },
    Date.now(),
  );
  if (outcome.kind === "decided" || outcome.kind === "digest_changed")
    await sendHint(c.env.RUNS, [page.run.id]);
  const refusal = voteRefusal(outcome);
  const fresh = await readLink(c.env.DB, hash, Date.now());
  if (!fresh) return await unknown(c);
  if (!refusal) {
    const settled = settledState(fresh, Date.now());
    // 303: reloading the page that follows asks nothing and sends nothing again.
    return await respond(c, outcomePage(fresh, settled?.kind ?? "voted", false), 303, {
      location: c.req.path,
    });
  }
  if (outcome.kind === "invalid")
    return await ask(c, { hash, page: fresh }, form, 422, {
      issues: outcome.issues,
      notice: "Please look at the form again; nothing was decided.",
    });
  if (outcome.kind === "digest_changed")
    return await ask(c, { hash, page: fresh }, form, 409, {
      issues: [],
      notice:
        "The plan changed since you opened this page, so your vote was not counted. This is the plan now: read it again before you decide.",
    });
  if (outcome.kind === "forbidden" || outcome.kind === "sign_in")
    return await ask(c, { hash, page: fresh }, form, 403, { issues: [], notice: refusal.message });
  const settled = settledState(fresh, Date.now());
  return await respond(c, outcomePage(fresh, settled?.kind ?? "voted", true), refusal.status);
}

/** The question once more, with what was typed and why it did not count. */
async function ask(
  c: Ctx,
  { hash, page }: Found,
  form: URLSearchParams,
  status: number,
  why: Pick<Typed, "issues" | "notice">,
): Promise<Response> {
  const now = Date.now();
  const settled = settledState(page, now);
  if (settled)
    return await respond(c, outcomePage(page, settled.kind, true), settled.status === 410 ? 410 : 409);
  const values: Typed["values"] = { "": "" };
  for (const field of page.checkpoint.form) {
    const key = fieldKey(field.name);
    values[key] = form.get(key) ?? "";
  }
  const typed: Typed = { ...why, values, comment: (form.get("comment") ?? "").slice(0, LIMITS.commentChars) };
  return await respond(
    c,
    decidePage(page, await nonceFor(c.env, hash, page), now, await isSignedIn(c, page), typed),
    status,
  );
}

/** Does the browser hold a session of the very person this link belongs to? Looked up only where the policy asks for it. */
async function isSignedIn(c: Ctx, page: LinkedPage): Promise<boolean> {
  if (!page.checkpoint.policy.sign_in) return false;
  const cookie = sessionCookie(c.req.raw, c.env);
  const session = cookie && (await findSession(c.env.DB, await hashToken(cookie), Date.now()));
  return session ? session.tenantId === page.link.tenantId && session.user.id === page.user.id : false;
}

/** The nonce names the plan it was made for, so that a changed plan is told apart from a forged form. */
async function nonceFor(env: Env, hash: string, page: LinkedPage): Promise<string> {
  const digest = page.checkpoint.planDigest;
  return `${digest}.${await pageNonce(env.LINK_KEY, hash, page.checkpoint.id, digest)}`;
}

/** The digest of the plan that was on the page, or null when the nonce is not one of ours for this link. */
async function readNonce(env: Env, hash: string, page: LinkedPage, nonce: string): Promise<string | null> {
  const at = nonce.lastIndexOf(".");
  if (at < 1) return null;
  const digest = nonce.slice(0, at);
  const expected = await pageNonce(env.LINK_KEY, hash, page.checkpoint.id, digest);
  return sameText(nonce.slice(at + 1), expected) ? digest : null;
}

/** Browsers say where a form came from. With no referrer they say `null` as the origin, so that alone proves nothing. */
function fromElsewhere(c: Ctx): string | null {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const ours = [new URL(c.env.PUBLIC_URL).origin, new URL(c.req.url).origin];
  if (
    (site && site !== "same-origin" && site !== "none") ||
    (!site && origin && origin !== "null" && !ours.includes(origin))
  )
    return "Another site sent this form, so nothing was decided. Open the link from your message and decide there.";
  return null;
}

async function readForm(c: Ctx): Promise<URLSearchParams> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new Refusal("unsupported_media_type", "Send the form as application/x-www-form-urlencoded.");
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > LIMITS.voteBodyBytes) throw new Refusal("too_large", "The form is too large.");
  const text = await c.req.text();
  if (text.length > LIMITS.voteBodyBytes) throw new Refusal("too_large", "The form is too large.");
  return new URLSearchParams(text);
}

async function unknown(c: Ctx): Promise<Response> {
  const text =
    "This link opens nothing: it may be cut off, or mistyped. Copy the whole address from the message, or find the question in the console.";
  return await respond(c, messagePage("Unknown link", text), 404);
}

async function respond(
  c: Ctx,
  page: Markup,
  status: number,
  more: Record<string, string> = {},
): Promise<Response> {
  const body = c.req.method === "HEAD" ? null : String(await page);
  return new Response(body, { status, headers: { ...(await pageHeaders(STYLE)), ...more } });
}
