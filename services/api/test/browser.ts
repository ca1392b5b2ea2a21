/** The API's app in this process on an empty database, and browsers that keep cookies as real ones do. */
import { requestSignInLinks } from "@tw/shared/db/sign-in-links";
import { createTenant } from "@tw/shared/db/tenants";
import { createUser } from "@tw/shared/db/users";
import type { Role } from "@tw/shared/engine/statuses";
import { newId } from "@tw/shared/ids";
import { mailedToken, newLinkToken } from "@tw/shared/sign-in/tokens";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { hashToken } from "@tw/shared/tokens";
import { createApp } from "../src/app.ts";
import type { Env } from "../src/env.ts";
import { routes } from "../src/registry.ts";

export const LINK_KEY = "link-key-of-the-sign-in-test";

export interface Person {
  id: string;
  tenant: string;
  email: string;
}
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
  body: any;
}
export interface Browser {
  cookies: Map<string, string>;
  /** What the browser last sent and got as `Set-Cookie`, as it stood. */
  setCookies: string[];
  /** As a page of the workspace does it; `more` overrides headers, null takes one away. */
  send(
    method: string,
    path: string,
    body?: unknown,
    more?: { [name: string]: string | null },
  ): Promise<Reply>;
  /** A form of ours, sent by pressing its button. */
  post(
    path: string,
    form?: { [name: string]: string },
    more?: { [name: string]: string | null },
  ): Promise<Reply>;
}
export interface Site {
  db: TestD1;
  env: Env;
  origin: string;
  /** Ids in the hints that went to the notifier. */
  hinted: string[];
  tenant(): Promise<string>;
  person(tenant: string, more?: { role?: Role; email?: string; name?: string }): Promise<Person>;
  browser(): Browser;
  /** The token of a fresh link that was asked for by mail. */
  link(person: Person, returnTo?: string): Promise<string>;
  /** A browser of somebody who has just signed in. */
  signedIn(person: Person): Promise<Browser & { csrf: string }>;
  /** The tokens of the links mailed to this address, oldest first, as the notifier makes them. */
  mailed(email: string): Promise<string[]>;
  close(): void;
}

/** Opens it under this address. */
export function openSite(origin = "https://workspace.example.com", more: Partial<Env> = {}): Site {
  const db = openTestD1();
  const hinted: string[] = [];
  const queue = {
    send: async (hint: { runs: string[] }) => void hinted.push(...hint.runs),
    sendBatch: async () => undefined,
  };
  const env = {
    DB: db,
    PUBLIC_URL: origin,
    LINK_KEY,
    VERSION: "test",
    CHANNELS: "email",
    RUNS: queue,
    CALLS: queue,
    CHECKPOINTS: queue,
    NOTIFICATIONS: queue,
    ...more,
  } as unknown as Env;
  const app = createApp(routes);
  const site: Site = {
    db,
    env,
    origin,
    hinted,
    async tenant() {
      const id = newId("tenant", Date.now());
      await createTenant(db, { id, name: `Workspace ${id.slice(-4)}` }, Date.now());
      return id;
    },
    async person(tenant, { role = "owner", email, name = "Ada" } = {}) {
      const id = newId("user", Date.now());
      const person = { id, tenant, email: email ?? `${id}@example.com` };
      await createUser(
        db,
        { id, tenantId: tenant, email: person.email, name, role, groups: [], slackUserId: null },
        [],
        Date.now(),
      );
      return person;
    },
    browser: () => openBrowser(origin, async (request) => app.fetch(request, env)),
    async link(person, returnTo = "/") {
      const id = newId("link", Date.now());
      const salt = newLinkToken();
      const token = await mailedToken(LINK_KEY, salt, id);
      const candidates = [{ id, salt, hash: await hashToken(token) }];
      await requestSignInLinks(db, { email: person.email, returnTo, candidates }, Date.now());
      return token;
    },
    async mailed(email) {
      const { results } = await db
        .prepare(
          `SELECT n.salt, n.run_id FROM notifications n JOIN users u ON u.id = n.user_id
           WHERE u.email = ? AND n.kind IN ('sign_in', 'invitation') ORDER BY n.created_at, n.id`,
        )
        .bind(email)
        .all<{ salt: string; run_id: string }>();
      return Promise.all(results.map((row) => mailedToken(LINK_KEY, row.salt, row.run_id)));
    },
    async signedIn(person) {
      const browser = site.browser();
      await browser.post(`/sign-in/${await site.link(person)}`);
      const { csrf } = (await browser.send("GET", "/api/me")).body;
      return Object.assign(browser, { csrf });
    },
    close: () => db.close(),
  };
  return site;
}

/** A browser on one site: keeps cookies, says where a request comes from, follows nothing by itself. */
export function openBrowser(origin: string, fetch: (request: Request) => Promise<Response>): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    cookies,
    setCookies: [],
    async send(method, path, body, more = {}) {
      const safe = method === "GET" || method === "HEAD";
      const headers = new Headers({
        "user-agent": "Test Browser",
        "sec-fetch-site": "same-origin",
        ...(safe ? {} : { origin }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      });
      if (cookies.size > 0)
        headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
      for (const [name, value] of Object.entries(more))
        if (value === null) headers.delete(name);
        else headers.set(name, value);
      const response = await fetch(
        new Request(new URL(path, origin), {
          method,
          headers,
          redirect: "manual",
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      );
      browser.setCookies = response.headers.getSetCookie();
      for (const line of browser.setCookies) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/; Max-Age=0(;|$)/.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await response.text();
      const json = /json/.test(response.headers.get("content-type") ?? "");
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: json ? JSON.parse(text) : null,
      };
    },
    post: (path, form = {}, more = {}) =>
      browser.send("POST", path, new URLSearchParams(form).toString(), {
        "content-type": "application/x-www-form-urlencoded",
        ...more,
      }),
  };
  return browser;
}
