/** What kind of argument a parameter takes, as its name and description tell. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import { PROSE } from "./fill-roles.ts";

/** Those that the place may tell go last. */
export function byPlace(a: Parameter, b: Parameter): number {
  return Number(a.from !== undefined) - Number(b.from !== undefined);
}

/** Required text that is no name of anything. */
export const NO_NAME = new Set([...PROSE, "url", "email", "bookmark", "commit", "csv", "kept", "to", "env"]);

export function isSql(parameter: Parameter, command: Command): boolean {
  if (["sql", "statement"].includes(parameter.name)) return true;
  return (
    /\bSQL\b|\bSELECT\b/.test(parameter.description) &&
    (command.category === "database" || /sql|query|execute/.test(command.slug))
  );
}
