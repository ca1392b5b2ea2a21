/** Sign-in through Cloudflare Access: its signed assertion, which it puts on every request it lets through. */
import { Refusal } from "@tw/shared/errors";
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Env } from "../env.ts";

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
/** Access signs with RS256; nothing else, and never `none`, is taken. */
const ALGORITHMS = ["RS256"];

/** The team and application that are set up, or null. Half a setting is an error of the deployment. */
export function accessSettings(env: Env): { team: string; audience: string } | null {
  const { ACCESS_TEAM_DOMAIN, ACCESS_AUD } = env;
  if (!ACCESS_TEAM_DOMAIN && !ACCESS_AUD) return null;
  if (!ACCESS_TEAM_DOMAIN || !ACCESS_AUD)
    throw new Error(
      `Sign-in with Cloudflare Access is only half set up: ${ACCESS_AUD ? "ACCESS_TEAM_DOMAIN" : "ACCESS_AUD"} is missing.`,
    );
  return { team: new URL(ACCESS_TEAM_DOMAIN).origin, audience: ACCESS_AUD };
}

/** Who Access let through. Throws a `Refusal` for an assertion that is missing, forged, expired or of another team or application. */
export async function readAssertion(
  settings: { team: string; audience: string },
  request: Request,
): Promise<{ issuer: string; subject: string; email: string }> {
  const assertion = request.headers.get("cf-access-jwt-assertion");
  if (!assertion)
    throw new Refusal(
      "forbidden",
      "Cloudflare Access did not let this request through, so it proves nothing.",
    );
  let keys = keySets.get(settings.team);
  if (!keys) {
    keys = createRemoteJWKSet(new URL("/cdn-cgi/access/certs", settings.team));
    keySets.set(settings.team, keys);
  }
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      issuer: settings.team,
      audience: settings.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "iat", "sub", "email"],
    });
    // A service token of Access has no address: machines have tokens of their own here.
    if (typeof payload.email !== "string" || !payload.sub) throw new Error("it names no person");
    return { issuer: settings.team, subject: payload.sub, email: payload.email.toLowerCase() };
  } catch (error) {
    console.warn(`sign-in: refused an assertion of Access: ${String(error)}`);
    throw new Refusal("forbidden", "The assertion of Cloudflare Access could not be taken. Begin again.");
  }
}
