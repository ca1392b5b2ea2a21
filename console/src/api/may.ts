/** What the signed-in person may do: pages offer only that. The server decides anyway. */
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "./queries.ts";
import type { Me } from "./types.ts";

export type Scope = Me["scopes"][number];

/** False until it is known. */
export function useMay(scope: Scope): boolean {
  return useQuery(meQuery).data?.scopes.includes(scope) ?? false;
}
