/** What the audit trail is narrowed to; it stands in the address. */
export interface AuditSearch {
  actor?: string;
  action?: string;
  since?: string;
}

export function readAuditSearch(search: { [name: string]: unknown }): AuditSearch {
  const text = (name: string) =>
    typeof search[name] === "string" && search[name] !== "" ? { [name]: search[name].slice(0, 100) } : {};
  return { ...text("actor"), ...text("action"), ...text("since") };
}
