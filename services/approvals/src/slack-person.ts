/** Whose hand is this? A Slack account as a person of the workspace: as it was connected, else by the address both sides know. */
import { SlackError, slackCall } from "@tw/shared/approvals/slack-api";
import { peopleByAddress, rememberSlackUser, type SlackPerson } from "@tw/shared/db/slack-people";
import * as z from "zod";
import type { Env } from "./env.ts";

const LOOKUP_MS = 1_500;
const infoSchema = z.object({
  user: z.object({
    id: z.string(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_email_confirmed: z.boolean().optional(),
    profile: z.object({ email: z.string().optional() }),
  }),
});

/** Nobody, somebody, or (of all tenants) more than one. */
export type Who = { person: SlackPerson } | { refusal: string };

/**
 * @param known people that are connected with this account already
 * @param tenantId the only tenant that is meant, or null for the one this account belongs to
 */
export async function whoIs(
  env: Env,
  slackUser: string,
  known: SlackPerson[],
  tenantId: string | null,
): Promise<Who> {
  const people = env.SLACK_TENANT ? known.filter((one) => one.tenantId === env.SLACK_TENANT) : known;
  const found =
    people.length > 0 ? people : await byAddress(env, slackUser, tenantId ?? env.SLACK_TENANT ?? null);
  const [person, other] = found;
  if (person && other)
    return {
      refusal:
        "Your Slack account belongs to people of several workspaces here, so it is not clear which one you mean. An owner of this installation has to set SLACK_TENANT.",
    };
  return person ? { person } : { refusal: unmapped(slackUser) };
}

/** Words for somebody who is not connected: what to do, and with what. */
export function unmapped(slackUser: string): string {
  const id = /^[A-Z0-9]{1,30}$/.test(slackUser) ? ` (your member ID is ${slackUser})` : "";
  return `Your Slack account is not connected to a person of this workspace, so you cannot do this here. Ask an owner to add you under People with the e-mail address you use in Slack, or to enter your Slack member ID there${id}.`;
}

async function byAddress(env: Env, slackUser: string, tenantId: string | null): Promise<SlackPerson[]> {
  if (!env.SLACK_BOT_TOKEN) return [];
  try {
    const setup = { token: env.SLACK_BOT_TOKEN, apiUrl: env.SLACK_API_URL };
    const { user } = infoSchema.parse(await slackCall(setup, "users.info", { user: slackUser }, LOOKUP_MS));
    const { email } = user.profile;
    // An address Slack has not seen confirmed, or one of another company's guest, proves nothing about its holder.
    if (!email || user.deleted || user.is_bot || user.is_stranger || user.is_email_confirmed === false)
      return [];
    if (user.id !== slackUser) return [];
    const people = await peopleByAddress(env.DB, email, tenantId);
    if (people.length !== 1) return people;
    const [person] = people as [SlackPerson];
    const who = { tenantId: person.tenantId, userId: person.user.id, slackUserId: slackUser };
    return (await rememberSlackUser(env.DB, who, Date.now())) ? people : [];
  } catch (error) {
    if (!(error instanceof SlackError || error instanceof z.ZodError)) throw error;
    console.warn(`approvals: ${slackUser} could not be looked up in Slack: ${error.message}`);
    return [];
  }
}
