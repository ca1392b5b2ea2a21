import type { CommandInput } from "@tw/shared/contracts/definition";
import { type Issue, Refusal } from "@tw/shared/errors";
import { checkDefinition } from "@tw/shared/library/check";
import { checkReferences } from "@tw/shared/library/check-references";
import { draftCommand } from "@tw/shared/library/draft-command";
import { commandLookup } from "./lookup.ts";

/** Refuses a definition that has the right shape but could never run, with every problem and its field. */
export async function checkCommand(
  db: D1Database,
  tenantId: string,
  slug: string,
  input: CommandInput,
  now: number,
): Promise<void> {
  refuse(checkDefinition(input));
  const command = draftCommand(tenantId, slug, input, now);
  const issues = await checkReferences(command, commandLookup(db, tenantId, [command]));
  // Two commands may undo each other, so one of them must be stored first.
  refuse(issues.filter(({ path }) => path !== "rollback.command"));
}

function refuse(issues: Issue[]): void {
  const first = issues[0];
  if (!first) return;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new Refusal("invalid_args", `The definition cannot run: ${first.path}: ${first.message}${more}.`, {
    issues: issues.slice(0, 50),
  });
}
