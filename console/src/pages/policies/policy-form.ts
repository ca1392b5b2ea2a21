/** A policy as fields, and back. What has no field of its own is kept as it is, under `more`. Pure. */
import type { ApprovalPolicy, Json, Values } from "../../api/types.ts";

const EFFECTS = ["destructive", "write", "read"] as const;
const HOUR_S = 3_600;

export function formOf({ description, enabled, match, require }: ApprovalPolicy): Values {
  const { quorum, groups, requester_may_vote, expires_s, prompt, ...more } = require;
  const hours = typeof expires_s === "number" && expires_s % HOUR_S === 0 ? expires_s / HOUR_S : undefined;
  const rest = { ...more, ...(expires_s !== undefined && hours === undefined ? { expires_s } : {}) };
  return {
    description,
    enabled,
    commands: match.commands ?? [],
    environments: match.environments ?? [],
    tags: match.tags ?? [],
    ...Object.fromEntries(EFFECTS.map((effect) => [effect, match.effects?.includes(effect) ?? false])),
    quorum: quorum ?? "",
    groups: groups ?? [],
    requester: requester_may_vote === undefined ? "" : requester_may_vote ? "yes" : "no",
    expires_h: hours ?? "",
    prompt: prompt ?? "",
    ...(Object.keys(rest).length > 0 ? { more: rest as unknown as Json } : {}),
  };
}

export function bodyOf(values: Values): Values {
  const list = (name: string) => (values[name] ?? []) as string[];
  const effects = EFFECTS.filter((effect) => values[effect] === true);
  const given = (name: string, value: Json | undefined): Values =>
    value === undefined ? {} : { [name]: value };
  const some = (name: string, value: string[]): Values => (value.length > 0 ? { [name]: value } : {});
  return {
    description: values.description ?? "",
    enabled: values.enabled === true,
    match: {
      ...some("commands", list("commands")),
      ...some("environments", list("environments")),
      ...some("tags", list("tags")),
      // All three are what no word at all means.
      ...(effects.length < EFFECTS.length ? some("effects", effects) : {}),
    },
    require: {
      ...((values.more ?? {}) as Values),
      ...given("prompt", values.prompt),
      ...given("quorum", values.quorum),
      ...some("groups", list("groups")),
      ...(values.requester ? { requester_may_vote: values.requester === "yes" } : {}),
      ...(typeof values.expires_h === "number" ? { expires_s: Math.round(values.expires_h * HOUR_S) } : {}),
    },
  };
}
