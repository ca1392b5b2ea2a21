/** Who may do what: the scopes there are, and the most a person's role can hold. Each route names the one scope it asks for. */
import type { Role } from "./engine/statuses.ts";

export const SCOPES = [
  "commands:read",
  "commands:write",
  "runs:read",
  "runs:execute",
  "checkpoints:decide",
  "agents:manage",
  "secrets:write",
  "audit:read",
  "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** A person's token never reaches past the person's role, whatever scopes it was made with. */
export const ROLE_SCOPES: { readonly [role in Role]: readonly Scope[] } = {
  owner: SCOPES,
  // Whoever may run must not be able to take the checkpoint out of what they run.
  operator: ["commands:read", "runs:read", "runs:execute", "audit:read"],
  approver: ["commands:read", "runs:read", "checkpoints:decide", "audit:read"],
  viewer: ["commands:read", "runs:read"],
};

/** `admin` holds every other scope. */
export function widen(scopes: readonly Scope[]): Scope[] {
  return scopes.includes("admin") ? [...SCOPES] : [...scopes];
}

/** What a person may do at most: the role's scopes and those granted beyond it. */
export function personScopes(role: Role, granted: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => ROLE_SCOPES[role].includes(scope) || granted.includes(scope));
}

/** What a token may really do now: its scopes, cut down to what the person it belongs to may do. */
export function effectiveScopes(
  scopes: readonly Scope[],
  role: Role | null,
  granted: readonly string[] = [],
): Scope[] {
  const wide = widen(scopes);
  if (role === null) return wide;
  const held = personScopes(role, granted);
  return wide.filter((scope) => held.includes(scope));
}
