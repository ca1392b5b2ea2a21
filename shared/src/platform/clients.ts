/** Clients: list, look up, make, change, archive. */
import * as z from "zod";
import { isNew } from "../db/audit.ts";
import { type Client, clientStatement, listClients, readClient } from "../db/clients.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { email, id, line, longText, name, paging, q } from "./fields.ts";

const more = { email, company: line, phone: line, notes: longText.optional() };
export const newClientSchema = z.strictObject({ name, ...more });
export const clientChangeSchema = z.strictObject({
  name: name.optional(),
  ...more,
  status: z.enum(["active", "archived"]).optional(),
});
export const clientListSchema = z.strictObject({
  ...paging,
  q,
  status: z.enum(["active", "archived"]).optional(),
});

export const clientsList = action({
  scope: "runs:read",
  input: clientListSchema,
  async run({ db, tenantId }, { limit, cursor, q: wanted, status }) {
    const found = await listClients(db, {
      tenantId,
      q: wanted ?? null,
      status: status ?? null,
      before: cursor ?? null,
      limit: limit + 1,
    });
    const { items, next_cursor } = page(found, limit, (client) => client.id);
    return { items: json(items), next_cursor };
  },
});

export const clientsGet = action({
  scope: "runs:read",
  input: z.strictObject({ id }),
  run: async (context, input) => ({ client: json(await need(context, input.id)) }),
});

export const clientsCreate = action({
  scope: "runs:execute",
  input: newClientSchema,
  async run(context, input) {
    const { db, tenantId, now } = context;
    const client: Client = {
      id: await context.newId("client"),
      name: input.name,
      email: input.email ?? null,
      company: input.company ?? null,
      phone: input.phone ?? null,
      notes: input.notes ?? "",
      status: "active",
      created_at: now,
      updated_at: now,
    };
    const entry = { action: "client.created", target: client.id, detail: { name: client.name } };
    await db.batch([
      noted(context, entry, isNew("clients", tenantId, client.id)),
      clientStatement(db, tenantId, client),
    ]);
    return { client: json(client) };
  },
});

export const clientsUpdate = action({
  scope: "runs:execute",
  input: z.strictObject({ id, ...clientChangeSchema.shape }),
  async run(context, { id: of, ...change }) {
    const before = await need(context, of);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const client = { ...before, ...given, updated_at: context.now } as Client;
    await context.db.batch([
      noted(context, { action: "client.changed", target: of, detail: { fields: Object.keys(given) } }),
      clientStatement(context.db, context.tenantId, client),
    ]);
    return { client: json(client), before: json(before) };
  },
});

/** Makes a client again what it was: the undo of a change. */
export const clientsRestore = action({
  scope: "runs:execute",
  input: z.strictObject({
    before: z.looseObject({
      id,
      name,
      email: z.string().max(254).nullable().default(null),
      company: z.string().max(200).nullable().default(null),
      phone: z.string().max(200).nullable().default(null),
      notes: longText.default(""),
      status: z.enum(["active", "archived"]).default("active"),
    }),
  }),
  async run(context, { before: { id: of, name: called, email: address, company, phone, notes, status } }) {
    const now = await need(context, of);
    const fields = { name: called, email: address, company, phone, notes, status };
    const client: Client = { ...now, ...fields, updated_at: context.now };
    await context.db.batch([
      noted(context, { action: "client.restored", target: of }),
      clientStatement(context.db, context.tenantId, client),
    ]);
    return { client: json(client) };
  },
});

/** Clients are never deleted: what refers to them would lose its meaning. */
export const clientsArchive = action({
  scope: "runs:execute",
  input: z.strictObject({ id }),
  run: (context, input) => clientsUpdate.run(context, { id: input.id, status: "archived" }),
});

async function need({ db, tenantId }: PlatformContext, of: string): Promise<Client> {
  const client = await readClient(db, tenantId, of);
  if (!client) throw missing("client");
  return client;
}
