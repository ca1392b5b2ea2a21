/** Sign-in with an OpenID Connect provider: authorization code with PKCE, state and nonce, and a signed ID token. */
import { Refusal } from "@tw/shared/errors";
import * as oauth from "oauth4webapi";
import type { Env } from "../env.ts";

export interface OidcSettings {
  issuer: URL;
  client: oauth.Client;
  secret: string;
  name: string;
  redirectUri: string;
}
/** What belongs to one redirect, kept until its answer. */
export interface Redirect {
  state: string;
  nonce: string;
  verifier: string;
}

const DISCOVERY_MS = 3_600_000;
const discovered = new Map<string, { at: number; server: oauth.AuthorizationServer }>();

/** The provider that is set up, or null. Half a setting is an error of the deployment, said in full. */
export function oidcSettings(env: Env): OidcSettings | null {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = env;
  const given = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET };
  const missing = Object.entries(given).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length === 3) return null;
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_CLIENT_SECRET)
    throw new Error(`Sign-in with OpenID Connect is only half set up: ${missing.join(" and ")} is missing.`);
  const issuer = new URL(OIDC_ISSUER);
  return {
    issuer,
    client: { client_id: OIDC_CLIENT_ID },
    secret: OIDC_CLIENT_SECRET,
    name: env.OIDC_NAME || issuer.host,
    redirectUri: `${env.PUBLIC_URL.replace(/\/+$/, "")}/sign-in/oidc/callback`,
  };
}

/** Plain http is for a provider on this very machine. */
function options(settings: OidcSettings) {
  const local = /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(settings.issuer.hostname);
  return { [oauth.allowInsecureRequests]: local, signal: () => AbortSignal.timeout(10_000) };
}

async function discover(settings: OidcSettings, now: number): Promise<oauth.AuthorizationServer> {
  const known = discovered.get(settings.issuer.href);
  if (known && now - known.at < DISCOVERY_MS) return known.server;
  const answer = await oauth.discoveryRequest(settings.issuer, options(settings));
  const server = await oauth.processDiscoveryResponse(settings.issuer, answer);
  discovered.set(settings.issuer.href, { at: now, server });
  return server;
}

/** A fresh redirect and the address it leads to. */
export async function beginOidc(
  settings: OidcSettings,
  now: number,
): Promise<{ redirect: Redirect; location: string }> {
  const server = await discover(settings, now).catch((error: unknown) => {
    console.error(`sign-in: ${settings.issuer.href} could not be read: ${String(error)}`);
    throw new Refusal("unavailable", `${settings.name} does not answer. Try again in a moment.`, {
      retryAfterS: 5,
    });
  });
  if (!server.authorization_endpoint)
    throw new Error(`${settings.issuer.href} names no authorization_endpoint.`);
  const redirect = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const location = new URL(server.authorization_endpoint);
  const ask = {
    client_id: settings.client.client_id,
    redirect_uri: settings.redirectUri,
    response_type: "code",
    scope: "openid email profile",
    state: redirect.state,
    nonce: redirect.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(redirect.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(ask)) location.searchParams.set(name, value);
  return { redirect, location: location.href };
}

/**
 * Who came back. Issuer, audience, expiry, nonce and signature of the ID token are checked; the address must be verified.
 * Throws a `Refusal` that says what was wrong.
 */
export async function finishOidc(
  settings: OidcSettings,
  answer: URL,
  redirect: Redirect,
  now: number,
): Promise<{ issuer: string; subject: string; email: string }> {
  try {
    const server = await discover(settings, now);
    const { client, secret } = settings;
    const parameters = oauth.validateAuthResponse(server, client, answer, redirect.state);
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      methods.includes("client_secret_basic")
        ? oauth.ClientSecretBasic(secret)
        : oauth.ClientSecretPost(secret),
      parameters,
      settings.redirectUri,
      redirect.verifier,
      options(settings),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: redirect.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options(settings));
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (!claims) throw new Error("there is no ID token");
    let { email, email_verified: verified } = claims;
    if (email === undefined && server.userinfo_endpoint) {
      const info = await oauth.processUserInfoResponse(
        server,
        client,
        claims.sub,
        await oauth.userInfoRequest(server, client, tokens.access_token, options(settings)),
      );
      email = info.email;
      verified = info.email_verified;
    }
    if (typeof email !== "string" || verified !== true)
      throw new Refusal(
        "forbidden",
        `${settings.name} did not say that your e-mail address is verified, so it proves nothing here.`,
      );
    return { issuer: claims.iss, subject: claims.sub, email: email.toLowerCase() };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    console.warn(`sign-in: refused what ${settings.issuer.href} answered: ${describe(error)}`);
    throw new Refusal("forbidden", `What ${settings.name} answered could not be taken. Begin again.`);
  }
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return `${code ?? "error"}: ${message ?? String(error)}`;
}
