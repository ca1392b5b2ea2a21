/** Which folder is shown; it stands in the address. */
export function readFileSearch(search: { [name: string]: unknown }): { prefix?: string } {
  return typeof search.prefix === "string" && search.prefix !== ""
    ? { prefix: search.prefix.slice(0, 1_000) }
    : {};
}
