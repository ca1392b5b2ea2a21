/** What a workspace needs before anybody can sign in: its tenant, its owner with a token, an agent with one. */
import { execFileSync } from "node:child_process";
import { createAgent } from "@tw/shared/db/agents";
import { type AuditEntry, auditStatement } from "@tw/shared/db/audit";
import { createConsoleLink } from "@tw/shared/db/sign-in-links";
import { createTenant } from "@tw/shared/db/tenants";
import { createToken, readToken, tokenStatement } from "@tw/shared/db/tokens";
import { createUser } from "@tw/shared/db/users";
import { newId } from "@tw/shared/ids";
import { newLinkToken } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import type { Identity } from "./data-folder.ts";

/** Makes what is not there yet. A start that was killed in the middle is finished by the next. */
export async function bootstrap(
  db: D1Database,
  identity: Identity,
  ownerEmail: string,
  now: number,
): Promise<void> {
  const { tenant, owner, agent } = identity;
  if (await readToken(db, tenant, identity.agentTokenId)) return;
  const name = ownerEmail.split("@")[0] || "owner";
  const entry = (action: string, target: string): AuditEntry => ({
    tenantId: tenant,
    at: now,
    actor: { id: owner, name, type: "person" },
    action,
    target,
    detail: { by: "first start on this machine" },
  });
  await createTenant(db, { id: tenant, name: "local" }, now);
  await createUser(
    db,
    { id: owner, tenantId: tenant, email: ownerEmail, name, role: "owner", groups: [], slackUserId: null },
    [],
    now,
  );
  if (!(await readToken(db, tenant, identity.ownerTokenId))) {
    await createToken(
      db,
      {
        id: identity.ownerTokenId,
        hash: await hashToken(identity.ownerToken),
        tenantId: tenant,
        type: "person",
        userId: owner,
        agentId: null,
        name: "owner on this machine",
        scopes: ["admin"],
        expiresAt: null,
      },
      [auditStatement(db, entry("token.created", identity.ownerTokenId))],
      now,
    );
  }
  const agentToken = tokenStatement(
    db,
    {
      id: identity.agentTokenId,
      hash: await hashToken(identity.agentToken),
      tenantId: tenant,
      type: "agent",
      userId: null,
      agentId: agent,
      name: "agent on this machine",
      scopes: [],
      expiresAt: null,
    },
    now,
  );
  await createAgent(
    db,
    { id: agent, tenantId: tenant, name: "local", labels: ["local"] },
    [agentToken],
    entry("agent.created", agent),
    now,
  );
}

/** A link that signs the owner in, once and soon: for whoever sits at this machine. */
export async function consoleLink(
  db: D1Database,
  identity: Identity,
  url: string,
  now: number,
): Promise<string> {
  const token = newLinkToken();
  await createConsoleLink(
    db,
    {
      id: newId("link", now),
      hash: await hashToken(token),
      tenantId: identity.tenant,
      userId: identity.owner,
    },
    now,
  );
  return `${url}/sign-in/${token}`;
}

/** Whose workspace this is: said in the environment, or as git knows the person. */
export function ownerEmail(): string {
  const said = process.env.TW_OWNER_EMAIL;
  if (said) return said;
  try {
    const known = execFileSync("git", ["config", "--get", "user.email"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    if (known.includes("@")) return known;
  } catch {
    // No git, or it was not told.
  }
  return "owner@localhost";
}
