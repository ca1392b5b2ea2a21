import type { Command, CommandInput } from "../contracts/definition.ts";
import { SYSTEM } from "../db/commands.ts";

/** A definition as the command it would be, were it stored under that slug for the first time. It has no id yet. */
export function draftCommand(tenantId: string, slug: string, input: CommandInput, now: number): Command {
  return {
    ...input,
    id: "",
    tenant_id: tenantId,
    slug,
    version: 1,
    status: "active",
    is_public: tenantId === SYSTEM,
    usage_count: 0,
    last_used_at: null,
    created_at: now,
    updated_at: now,
  } as Command;
}
