import type { Values } from "../api/types.ts";

/** What was picked in the search, on its way to the form and the plan. */
export interface Chosen {
  slug: string;
  args: Values;
  cwd?: string | undefined;
  /** Where the focus goes: to the fields, or to what will run. */
  at: "fields" | "plan";
}
