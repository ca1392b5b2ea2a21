/** A sign-in provider on this machine that signs real tokens: OpenID Connect's endpoints and the keys of Cloudflare Access. */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";

export interface Provider {
  url: string;
  clientId: string;
  clientSecret: string;
  /** Claims of the next tokens, over the right ones; undefined takes one away. */
  claims: { [name: string]: unknown };
  /** How the next tokens are signed. */
  signing: "right" | "stranger" | "none" | "hmac";
  userinfo: { [name: string]: unknown };
  /** Requests the token endpoint refused, and why. */
  refused: string[];
  /** What the person's browser does there: sign in, and come back to the address this answers. */
  visit(location: string): Promise<string>;
  /** A token with these claims, signed as `signing` says. */
  token(claims: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function openProvider(): Promise<Provider> {
  const kid = "key-1";
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const stranger = await generateKeyPair("RS256");
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" }] };
  const codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();

  async function token(claims: JWTPayload): Promise<string> {
    if (provider.signing === "none") return new UnsecuredJWT(claims).encode();
    const jwt = (alg: string) => new SignJWT(claims).setProtectedHeader({ alg, kid });
    // The classic confusion: the public key taken for a shared secret.
    if (provider.signing === "hmac")
      return jwt("HS256").sign(new TextEncoder().encode(JSON.stringify(keys.keys[0])));
    return jwt("RS256").sign(provider.signing === "right" ? privateKey : stranger.privateKey);
  }

  const server = createServer(async (request, response) => {
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const path = new URL(request.url ?? "/", provider.url).pathname;
    if (path === "/.well-known/openid-configuration")
      return json(200, {
        issuer: provider.url,
        authorization_endpoint: `${provider.url}/authorize`,
        token_endpoint: `${provider.url}/token`,
        userinfo_endpoint: `${provider.url}/userinfo`,
        jwks_uri: `${provider.url}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        code_challenge_methods_supported: ["S256"],
      });
    if (path === "/keys" || path === "/cdn-cgi/access/certs") return json(200, keys);
    if (path === "/userinfo") return json(200, provider.userinfo);
    if (path !== "/token") return json(404, {});
    const form = new URLSearchParams(await bodyOf(request));
    const known = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const verifier = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    // RFC 6749, 2.3.1: id and secret are form-encoded before they are joined.
    const [, basic = ""] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const client = Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent);
    const wrong =
      client[0] !== provider.clientId || client[1] !== provider.clientSecret
        ? "client"
        : !known
          ? "code"
          : known.challenge !== verifier
            ? "verifier"
            : known.redirectUri !== form.get("redirect_uri")
              ? "redirect"
              : null;
    if (wrong || !known) {
      provider.refused.push(wrong ?? "code");
      return json(400, { error: "invalid_grant" });
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: provider.url,
      aud: provider.clientId,
      sub: "subject-1",
      iat: now,
      exp: now + 300,
      nonce: known.nonce,
      email_verified: true,
      ...provider.claims,
    };
    json(200, { access_token: "opaque", token_type: "Bearer", id_token: await token(claims) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: "workspace",
    clientSecret: "client-secret-of-the-test",
    claims: {},
    signing: "right",
    userinfo: {},
    refused: [],
    async visit(location) {
      const asked = new URL(location).searchParams;
      const code = randomUUID();
      const redirectUri = asked.get("redirect_uri") ?? "";
      codes.set(code, {
        challenge: asked.get("code_challenge") ?? "",
        nonce: asked.get("nonce") ?? "",
        redirectUri,
      });
      const back = new URL(redirectUri);
      back.searchParams.set("code", code);
      back.searchParams.set("state", asked.get("state") ?? "");
      return back.href;
    },
    token,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
