/** Who is told through which channel: what is set up, what the policy says, what the person wants. Pure. */
import type { Notify } from "../contracts/definition.ts";

export const NOTIFICATION_CHANNELS = ["email", "slack", "webhook"] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** What the workspace can send through. `slack`: a channel of its own; `slackDirect`: messages to single people (a bot token). */
export interface Channels {
  email: boolean;
  slack: boolean;
  slackDirect: boolean;
  webhook: boolean;
}

/** A person's own choice, as `users.preferences_json` holds it. Unset: e-mail yes, Slack when no channel is told. */
export interface Preferences {
  email?: boolean;
  slack?: boolean;
}

export interface Recipient {
  id: string;
  name: string;
  email: string;
  preferences: Preferences;
}
/** One message to be: to a person, or (null) to whoever reads the channel. */
export interface To {
  channel: NotificationChannel;
  userId: string | null;
}

/** The variable CHANNELS: any of email, slack, slack-dm, webhook, by commas. */
export function channelsFrom(text: string | undefined): Channels {
  const named = new Set((text ?? "").split(",").map((name) => name.trim()));
  return {
    email: named.has("email"),
    slack: named.has("slack"),
    slackDirect: named.has("slack-dm"),
    webhook: named.has("webhook"),
  };
}

/** Reads leniently: what is not understood counts as not chosen. */
export function preferencesFrom(json: unknown): Preferences {
  let stored: unknown;
  try {
    stored = typeof json === "string" ? JSON.parse(json) : json;
  } catch {
    return {};
  }
  const own = record(stored);
  return {
    ...(typeof own.email === "boolean" ? { email: own.email } : {}),
    ...(typeof own.slack === "boolean" ? { slack: own.slack } : {}),
  };
}

/**
 * The messages of one question. A person who wants to hear through nothing that is set up is still sent a mail: a
 * checkpoint nobody hears of would only expire.
 */
export function audienceOf(people: Recipient[], channels: Channels, notify: Notify | undefined): To[] {
  const may = (channel: NotificationChannel): boolean =>
    notify?.channels === undefined || notify.channels.includes(channel);
  const email = channels.email && may("email");
  const direct = channels.slackDirect && may("slack");
  const channel = may("slack") && (channels.slack || (direct && notify?.slack_channel !== undefined));
  const to: To[] = [];
  for (const { id, email: address, preferences } of people) {
    const reachable = email && address.includes("@");
    const inSlack = direct && (preferences.slack ?? !channel);
    const silent = preferences.email === false && !inSlack && !channel;
    if (reachable && (preferences.email !== false || silent)) to.push({ channel: "email", userId: id });
    if (inSlack) to.push({ channel: "slack", userId: id });
  }
  // Without a bot a channel's message may carry somebody's own link, when nobody else could decide anyway.
  const only = !channels.slackDirect && people.length === 1 ? (people[0]?.id ?? null) : null;
  if (channel) to.push({ channel: "slack", userId: only });
  if (channels.webhook && may("webhook")) to.push({ channel: "webhook", userId: null });
  return to;
}

function record(value: unknown): { [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { [name: string]: unknown })
    : {};
}
