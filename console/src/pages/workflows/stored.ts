/** A stored version of a workflow as the text it was written as, or as one made from its definition. */
import "./no-eval.ts";
import { queryOptions } from "@tanstack/react-query";
import { commandInputSchema } from "@tw/shared/contracts/definition";
import { canonicalJson } from "@tw/shared/library/canonical";
import { api, ask } from "../../api/client.ts";
import { read, type Values, write } from "./document.ts";

/** What the builder began with. */
export interface Stored {
  slug: string;
  version: number;
  /** It belongs to the public library: saving makes the workspace's own. */
  library: boolean;
  text: string;
}

export interface Version {
  version: number;
  text: string;
  createdAt: number;
  createdBy: string;
}

export const versionsQuery = (slug: string, limit: number) =>
  queryOptions({
    queryKey: ["commands", slug, "texts", limit],
    queryFn: async (): Promise<Version[]> =>
      (
        await ask(api.GET("/api/commands/{slug}/versions", { params: { path: { slug }, query: { limit } } }))
      ).items.map(({ version, command, source, created_at, created_by }) => ({
        version,
        text: textOf(command, source),
        createdAt: created_at,
        createdBy: created_by,
      })),
  });

/** What a person wrote, as long as it says what is stored. */
function textOf(command: Values, source: string | null): string {
  if (source !== null) {
    const parsed = commandInputSchema.safeParse(read(source).input);
    if (parsed.success && canonicalJson(parsed.data) === canonicalJson(command)) return source;
  }
  return write(command);
}
