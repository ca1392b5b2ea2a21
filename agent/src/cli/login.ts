/** `tw login`, `tw logout`, `tw whoami`: a token of yours kept on this machine, typed in or made from a sign-in link. */

import { hostname, userInfo } from "node:os";
import { createInterface } from "node:readline";
import { Api, ApiError, unreachable } from "./api.ts";
import { Interrupted, UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { normal, removeLogin, type Store, saveLogin, usualStore } from "./logins.ts";
import type { Verb } from "./verb.ts";

interface Me {
  id: string;
  name: string;
  type: string;
  tenant: { id: string; name: string };
  role: string | null;
  scopes: string[];
  csrf: string | null;
  token: { id: string; name: string; expires_at: number | null } | null;
}
/** What a person does from a command line; a token of it cannot manage people or tokens. */
const SCOPES = [
  "commands:read",
  "commands:write",
  "runs:read",
  "runs:execute",
  "checkpoints:decide",
  "agents:manage",
  "audit:read",
];
const LINK = /^(https?:\/\/[^/]+)\/sign-in\/([A-Za-z0-9_-]{8,})$/;

/** Signs in with a token, or with a sign-in link (which is used up); answers the exit code. */
export async function login(
  verb: Verb,
  place: string | undefined,
  options: { url?: string; token?: string; store?: string },
): Promise<number> {
  const given = place ?? options.url ?? verb.env.TW_URL;
  if (!given)
    throw new UsageError("It is tw login URL, with the address or the sign-in link of your workspace.");
  if (options.store && !["file", "keychain"].includes(options.store))
    throw new UsageError('--store is "file" or "keychain".');
  const link = LINK.exec(given);
  if (!link && /^https?:\/\/[^/]+\/sign-in\b/.test(given))
    throw new UsageError(
      "This sign-in link is cut off or has something behind it. Copy all of it, and nothing more.",
    );
  const url = link?.[1] ?? normal(given);
  const token = link
    ? await tokenByLink(url, link[2] ?? "")
    : { value: options.token ?? (await askForToken(verb, url)), id: null };
  const me = await new Api({ url, token: token.value }).get<Me>("/api/me");
  if (me.type === "agent")
    throw new UsageError("This is the token of an agent. Sign in with one of yours, made in the console.");
  const store = await saveLogin(
    verb.env,
    url,
    { token: token.value, tokenId: token.id, name: me.name, workspace: me.tenant.name },
    (options.store as Store | undefined) ?? usualStore(),
  );
  verb.answer({ url, name: me.name, workspace: me.tenant.name, role: me.role, stored: store }, () => [
    `${verb.screen.style.good("✓")} signed in to ${me.tenant.name} (${url}) as ${me.name}${me.role ? `, ${me.role}` : ""}`,
    `  the token is kept in ${store === "file" ? "a file only you can read" : "the system's keychain"}`,
  ]);
  return EXIT.done;
}

/** Forgets the login, and revokes the token when `tw login` had made it. */
export async function logout(verb: Verb, place: string | undefined): Promise<number> {
  const was = await removeLogin(verb.env, place === undefined ? undefined : normal(place));
  if (!was) throw new UsageError("You are not signed in there.");
  let revoked = false;
  if (was.tokenId) {
    revoked = await new Api(was).delete(`/api/tokens/${was.tokenId}`).then(
      () => true,
      () => false,
    );
  }
  verb.answer({ url: was.url, revoked }, () => [
    `signed out of ${was.url}${revoked ? "; its token is revoked" : ""}`,
  ]);
  return EXIT.done;
}

export async function whoami(verb: Verb): Promise<number> {
  const api = await verb.api();
  const me = await api.get<Me>("/api/me");
  verb.answer({ url: api.url, ...me, csrf: undefined }, () => [
    `${me.name} (${me.type}${me.role ? `, ${me.role}` : ""}) in ${me.tenant.name}, ${api.url}`,
    `may: ${me.scopes.join(", ")}`,
  ]);
  return EXIT.done;
}

/** Uses a sign-in link as its page's button does, has a token made, and ends the session again. */
async function tokenByLink(url: string, link: string): Promise<{ value: string; id: string }> {
  const used = await send(`${url}/sign-in/${link}`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url, "content-type": "application/x-www-form-urlencoded" },
    body: "",
  });
  const cookie = used.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .find((pair) => /^(?:__Host-)?tw_session=./.test(pair));
  if (!cookie)
    throw new ApiError(
      used.status >= 500 ? used.status : 401,
      "This link signs nobody in: it was used, has expired, or is cut off. Ask for a new one.",
    );
  const me = (await (await send(`${url}/api/me`, { headers: { cookie } })).json()) as Me;
  const headers = {
    cookie,
    origin: url,
    "x-tw-csrf": me.csrf ?? "",
    "content-type": "application/json",
  };
  const made = await send(`${url}/api/tokens`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      name: `tw on ${hostname()} (${userInfo().username})`.slice(0, 100),
      type: "person",
      scopes: SCOPES.filter((scope) => me.scopes.includes(scope)),
    }),
  });
  const body = (await made.json()) as { id: string; token: string; error?: { message: string } };
  await send(`${url}/api/sign-out`, { method: "POST", headers, body: "{}" }).catch(() => {});
  if (!made.ok) throw new ApiError(made.status, body.error?.message ?? "no token could be made");
  return { value: body.token, id: body.id };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new ApiError(0, unreachable(new URL(url).origin, error));
  }
}

/** From a person without showing it, or from a pipe. */
async function askForToken(verb: Verb, url: string): Promise<string> {
  if (!process.stdin.isTTY) {
    let text = "";
    for await (const chunk of process.stdin) text += chunk;
    if (text.trim() === "") throw new UsageError("No token came on standard input.");
    return text.trim();
  }
  verb.screen.note(`Paste a token of yours; the console at ${url} makes one.`);
  verb.screen.note("Or end this and give the link you were mailed: tw login https://…/sign-in/…");
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  // What is typed is not shown, only that something is.
  const shown = terminal as unknown as { _writeToOutput(text: string): void };
  let asked = false;
  shown._writeToOutput = (text) => {
    if (!asked) process.stderr.write(text);
    asked = true;
  };
  const typed = await new Promise<string | null>((settle) => {
    // Ctrl-C and Ctrl-D close it without an answer.
    terminal.once("close", () => settle(null)).question("Token: ", settle);
  });
  terminal.close();
  process.stderr.write("\n");
  if (typed === null) throw new Interrupted("You are not signed in: no token was given.");
  if (typed.trim() === "") throw new UsageError("No token was given.");
  return typed.trim();
}
