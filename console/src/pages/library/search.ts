import type { Order } from "./groups.ts";

/** What the library is narrowed to; it stands in the address. */
export interface LibrarySearch {
  q?: string;
  category?: string;
  type?: string;
  /** Of the workspace itself, or taken out of use. */
  only?: "own" | "deprecated" | "used";
  /** How it is grouped; by category unless said. */
  order?: Exclude<Order, "category">;
}

export function readLibrarySearch(search: { [name: string]: unknown }): LibrarySearch {
  const text = (name: string) =>
    typeof search[name] === "string" && search[name] !== "" ? { [name]: search[name].slice(0, 200) } : {};
  const { only, order } = search;
  return {
    ...text("q"),
    ...text("category"),
    ...text("type"),
    ...(only === "own" || only === "deprecated" || only === "used" ? { only } : {}),
    ...(order === "use" || order === "name" ? { order } : {}),
  };
}
