/** From words to candidates: what the workspace makes of them, each with its reasons. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../api/client.ts";
import type { components } from "../api/schema.d.ts";

export type Candidate = components["schemas"]["Candidate"];
export type ChainStep = NonNullable<Candidate["steps"]>[number];

export const candidatesQuery = (text: string, cwd: string) =>
  queryOptions({
    queryKey: ["resolve", text, cwd],
    staleTime: 5_000,
    enabled: text !== "",
    queryFn: async () =>
      (
        await ask(
          api.POST("/api/resolve", {
            body: { text, typing: true, context: cwd ? { cwd } : {} },
          }),
        )
      ).candidates,
    // The list of the letter before stays until the next is there: nothing flickers while one types.
    placeholderData: (before: Candidate[] | undefined) => before,
  });
