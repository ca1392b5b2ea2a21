/** What each permission allows, in words. */
export const SCOPE_WORDS: { [scope: string]: string } = {
  "commands:read": "read the library",
  "commands:write": "write commands and services",
  "runs:read": "read runs and their logs",
  "runs:execute": "run commands",
  "checkpoints:decide": "decide checkpoints",
  "agents:manage": "add and revoke agents",
  "secrets:write": "set secrets",
  "audit:read": "read people and the audit trail",
  admin: "everything, people and policies too",
};
