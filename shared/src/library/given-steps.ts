/** Workflows whose steps are an argument: what plain words that name several commands become. Pure. */
import * as z from "zod";
import { type Command, workflowStepSchema } from "../contracts/definition.ts";
import { LIMITS } from "../limits.ts";
import { type Args, invalidArgs, own } from "./parameters.ts";

const stepsSchema = z.array(workflowStepSchema).min(1).max(LIMITS.workflowSteps);

/**
 * The command with the steps that its argument holds; any other command as it is. The steps may name what the caller may run
 * anyway, and are planned, gated and digested like stored ones.
 * @throws Refusal `invalid_args` at `args.NAME…` for what is no list of steps
 */
export function withGivenSteps(command: Command, args: Args): Command {
  if (command.type !== "workflow" || command.definition.given === undefined) return command;
  const name = command.definition.given;
  const value = own(args, name);
  // Nothing given is for the check of arguments, which says what is missing.
  if (value === undefined || value === null) return command;
  const parsed = stepsSchema.safeParse(value);
  if (!parsed.success)
    throw invalidArgs(
      parsed.error.issues.map(({ path, message }) => ({
        path: ["args", name, ...path].map(String).join("."),
        message,
      })),
    );
  return { ...command, definition: { ...command.definition, steps: parsed.data } };
}
