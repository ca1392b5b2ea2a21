/** From what a sign-in provider vouches for to a session: only people who are already in the workspace. */
import { sameText } from "@tw/shared/approvals/links";
import {
  createIdentitySession,
  createOauthState,
  findPeople,
  type ProviderIdentity,
  takeOauthState,
} from "@tw/shared/db/identities";
import type { SignInMethod } from "@tw/shared/db/sessions";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { isSecure, readCookie } from "@tw/shared/sign-in/cookie";
import { returnPath } from "@tw/shared/sign-in/return-to";
import { newSessionValue } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import type { Env } from "../env.ts";
import { cookie } from "../session.ts";
import { accessSettings, readAssertion } from "./access.ts";
import { limitSignIns } from "./ask.ts";
import { freshSession, signedIn } from "./begin.ts";
import { beginOidc, finishOidc, oidcSettings } from "./oidc.ts";

/** The cookie that ties a redirect to the browser that began it. */
const browserCookie = (env: Env) => (isSecure(env) ? "__Host-tw_oauth" : "tw_oauth");
const notSetUp = (what: string) => new Refusal("not_found", `Sign-in with ${what} is not set up here.`);

/** Sends the browser to the provider. */
export async function toOidc(request: Request, env: Env): Promise<Response> {
  const settings = oidcSettings(env);
  if (!settings) throw notSetUp("OpenID Connect");
  const now = Date.now();
  limitSignIns(request, now);
  const asked = new URL(request.url).searchParams;
  const { redirect, location } = await beginOidc(settings, now);
  const browser = newSessionValue();
  await createOauthState(
    env.DB,
    await hashToken(redirect.state),
    {
      browserHash: await hashToken(browser),
      nonce: redirect.nonce,
      verifier: redirect.verifier,
      returnTo: returnPath(asked.get("return_to")),
      workspace: asked.get("workspace")?.slice(0, 100) ?? null,
    },
    now,
  );
  const headers = {
    Location: location,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Set-Cookie": cookie(env, browserCookie(env), browser, LIMITS.oauthStateMs / 1000),
  };
  return new Response(null, { status: 302, headers });
}

/** The provider's answer. It is taken once, and only through the browser that was sent there. */
export async function fromOidc(request: Request, env: Env): Promise<Response> {
  const settings = oidcSettings(env);
  if (!settings) throw notSetUp("OpenID Connect");
  const now = Date.now();
  limitSignIns(request, now);
  const answer = new URL(request.url);
  const state = answer.searchParams.get("state") ?? "";
  const kept = await takeOauthState(env.DB, await hashToken(state), now);
  const browser = readCookie(request, browserCookie(env)) ?? "";
  if (!kept || !sameText(kept.browserHash, await hashToken(browser)))
    throw new Refusal(
      "forbidden",
      "This sign-in was not begun in this browser, or too long ago. Begin again.",
    );
  const identity = await finishOidc(
    settings,
    answer,
    { state, nonce: kept.nonce, verifier: kept.verifier },
    now,
  );
  return enter(request, env, identity, {
    method: "oidc",
    returnTo: kept.returnTo,
    workspace: kept.workspace,
  });
}

/** A request that Cloudflare Access let through. */
export async function fromAccess(request: Request, env: Env): Promise<Response> {
  const settings = accessSettings(env);
  if (!settings) throw notSetUp("Cloudflare Access");
  limitSignIns(request, Date.now());
  const identity = await readAssertion(settings, request);
  const asked = new URL(request.url).searchParams;
  const returnTo = returnPath(asked.get("return_to"));
  return enter(request, env, identity, { method: "access", returnTo, workspace: asked.get("workspace") });
}

async function enter(
  request: Request,
  env: Env,
  identity: ProviderIdentity,
  how: { method: SignInMethod; returnTo: string; workspace: string | null },
): Promise<Response> {
  const people = await findPeople(env.DB, identity);
  const person = how.workspace ? people.find((one) => one.tenantId === how.workspace) : people[0];
  const now = Date.now();
  if (person) {
    const { session, value } = await freshSession(request, env, person, how.method, now);
    if (await createIdentitySession(env.DB, identity, session, now))
      return signedIn(env, value, how.returnTo, [cookie(env, browserCookie(env), "", 0)]);
  }
  throw new Refusal(
    "forbidden",
    `Nobody with the address ${identity.email} is in this workspace. Ask its owner to add you, or sign in another way.`,
  );
}
