/** A server that behaves like Slack's Web API as its documentation describes it: methods, errors, rate limits, messages by channel and ts. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlackUser {
  id: string;
  email: string;
  confirmed?: boolean;
  stranger?: boolean;
}
export interface Posted {
  channel: string;
  ts: string;
  thread_ts: string | null;
  text: string;
  blocks: { type: string; [key: string]: unknown }[];
  /** How often it was changed. */
  edits: number;
}
export interface SlackServer {
  /** What `https://slack.com/api` is. */
  api: string;
  origin: string;
  messages: Posted[];
  /** Every call: the method and its arguments. */
  calls: { method: string; body: { [key: string]: unknown } }[];
  /** Views that were opened. */
  views: { [key: string]: unknown }[];
  /** What was posted to response URLs. */
  responses: { path: string; body: { [key: string]: unknown } }[];
  users: SlackUser[];
  channels: Set<string>;
  /** Answers a call instead, when it returns true. */
  trouble: ((method: string, response: ServerResponse) => boolean) | null;
  close(): Promise<void>;
}

export const BOT_TOKEN = "xoxb-test-0000-token";

export async function openSlack(port = 0): Promise<SlackServer> {
  let clock = 1_790_000_000;
  const json = (response: ServerResponse, body: object, status = 200): ServerResponse =>
    response
      .writeHead(status, { "content-type": "application/json; charset=utf-8" })
      .end(JSON.stringify(body));
  const fail = (response: ServerResponse, error: string): ServerResponse =>
    json(response, { ok: false, error });
  const http = createServer((request, response) => {
    let raw = "";
    request.on("data", (chunk: Buffer) => {
      raw += chunk.toString("utf8");
    });
    request.on("end", () => {
      const path = request.url ?? "";
      const isForm = String(request.headers["content-type"]).startsWith("application/x-www-form-urlencoded");
      const body = (isForm ? Object.fromEntries(new URLSearchParams(raw)) : JSON.parse(raw || "{}")) as {
        [key: string]: unknown;
      };
      if (!path.startsWith("/api/")) {
        server.responses.push({ path, body });
        json(response, { ok: true });
        return;
      }
      const method = path.slice(5);
      server.calls.push({ method, body });
      if (server.trouble?.(method, response)) return;
      if (request.headers.authorization !== `Bearer ${BOT_TOKEN}`) fail(response, "invalid_auth");
      else handle(method, body, response, isForm);
    });
  });
  function handle(
    method: string,
    body: { [key: string]: unknown },
    response: ServerResponse,
    isForm: boolean,
  ): ServerResponse {
    switch (method) {
      case "chat.postMessage": {
        const channel = String(body.channel);
        const blocks = (body.blocks ?? []) as Posted["blocks"];
        if (!server.channels.has(channel)) return fail(response, "channel_not_found");
        if (!blocksAreValid(blocks)) return fail(response, "invalid_blocks");
        clock += 1;
        const message: Posted = {
          channel,
          ts: `${clock}.000100`,
          thread_ts: (body.thread_ts as string) ?? null,
          text: String(body.text),
          blocks,
          edits: 0,
        };
        server.messages.push(message);
        return json(response, {
          ok: true,
          channel,
          ts: message.ts,
          message: { type: "message", text: message.text },
        });
      }
      case "chat.update": {
        const message = server.messages.find((m) => m.channel === body.channel && m.ts === body.ts);
        if (!message) return fail(response, "message_not_found");
        message.text = String(body.text);
        message.blocks = (body.blocks ?? []) as Posted["blocks"];
        message.edits++;
        return json(response, { ok: true, channel: message.channel, ts: message.ts, text: message.text });
      }
      case "conversations.open": {
        const user = server.users.find((u) => u.id === body.users);
        if (!user) return fail(response, "user_not_found");
        const channel = `D${user.id.slice(1)}`;
        server.channels.add(channel);
        return json(response, { ok: true, channel: { id: channel } });
      }
      case "users.info":
      case "users.lookupByEmail": {
        // These two read no JSON.
        if (!isForm) return fail(response, "invalid_arguments");
        const user = server.users.find((u) =>
          method === "users.info" ? u.id === body.user : u.email === body.email,
        );
        if (!user) return fail(response, method === "users.info" ? "user_not_found" : "users_not_found");
        return json(response, {
          ok: true,
          user: {
            id: user.id,
            team_id: "T012AB3C4",
            deleted: false,
            is_bot: false,
            is_stranger: user.stranger ?? false,
            is_email_confirmed: user.confirmed ?? true,
            profile: { email: user.email, real_name: user.id },
          },
        });
      }
      case "views.open":
        if (!body.trigger_id) return fail(response, "missing_trigger_id");
        server.views.push(body.view as { [key: string]: unknown });
        return json(response, { ok: true, view: { id: "V1", ...(body.view as object) } });
      default:
        return fail(response, "unknown_method");
    }
  }
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: SlackServer = {
    api: `${origin}/api`,
    origin,
    messages: [],
    calls: [],
    views: [],
    responses: [],
    users: [],
    channels: new Set(["C0RELEASE", "C0OTHER01"]),
    trouble: null,
    close: () =>
      new Promise<void>((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return server;
}

/** Slack's documented limits of blocks, without which it answers `invalid_blocks`. */
function blocksAreValid(blocks: Posted["blocks"]): boolean {
  const textOf = (value: unknown): string => (value as { text?: string } | undefined)?.text ?? "";
  return (
    blocks.length <= 50 &&
    blocks.every((block) => {
      if (block.type === "header") return textOf(block.text).length >= 1 && textOf(block.text).length <= 150;
      if (block.type === "section")
        return textOf(block.text).length >= 1 && textOf(block.text).length <= 3000;
      if (block.type !== "actions") return true;
      const elements = block.elements as { text: unknown; value?: string; url?: string }[];
      return (
        elements.length >= 1 &&
        elements.length <= 25 &&
        elements.every(
          (e) =>
            textOf(e.text).length <= 75 && (e.value ?? "").length <= 2000 && (e.url ?? "").length <= 3000,
        )
      );
    })
  );
}
