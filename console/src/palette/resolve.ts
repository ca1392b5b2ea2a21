/** From words to candidates: what the workspace makes of them, each with its reasons. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../api/client.ts";
import type { Command, Values } from "../api/types.ts";

/** A step of a chain; `skipped` says why it will not run here and now. */
export interface ChainStep {
  slug: string;
  skipped: string | null;
}
export interface Candidate {
  slug: string;
  reasons: string[];
  args: Values;
  missing: string[];
  steps: ChainStep[];
}

export const candidatesQuery = (text: string, cwd: string) =>
  queryOptions({
    queryKey: ["resolve", text, cwd],
    staleTime: 10_000,
    enabled: text.trim() !== "",
    queryFn: () => search(text),
    // The list of the letter before stays until the next is there: nothing flickers while one types.
    placeholderData: (before: Candidate[] | undefined) => before,
  });

async function search(text: string): Promise<Candidate[]> {
  const { items } = await ask(api.GET("/api/commands", { params: { query: { q: text, limit: 20 } } }));
  return items.map((command) => ({
    slug: command.slug,
    reasons: reasonsOf(command, text),
    args: {},
    missing: command.parameters.filter((p) => p.required && p.default === undefined).map((p) => p.name),
    steps: [],
  }));
}

function reasonsOf(command: Command, text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const alias = command.aliases.find((one) => words.some((word) => one.toLowerCase().includes(word)));
  const reasons: string[] = [];
  if (alias && !words.some((word) => command.name.toLowerCase().includes(word)))
    reasons.push(`also called “${alias}”`);
  if (command.usage_count > 0) reasons.push(`run ${command.usage_count}× here`);
  return reasons;
}
