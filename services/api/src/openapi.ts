/** Describes the registry as OpenAPI 3.1. Made from the very schemas that check the requests. */
import { ERROR_STATUS } from "@tw/shared/errors";
import * as z from "zod";
import type { Route } from "./route.ts";

type Document = { [key: string]: unknown };

const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(ERROR_STATUS) as [string, ...string[]]),
      message: z.string(),
      issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Error" });

/** The OpenAPI document of the routes. */
export function openApi(routes: readonly Route[], version: string): Document {
  const named = new Components();
  const errorRef = named.json(errorSchema, "output");
  const paths: { [path: string]: Document } = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Document)[route.method.toLowerCase()] = operation(route, named, errorRef);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Turbocharged Workspace", version },
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "tw_… from POST /api/tokens" },
      },
      schemas: named.schemas,
    },
    paths,
  };
}

/** JSON Schemas whose shared parts stand once, under `components`, where references of the whole document can reach them. */
class Components {
  readonly schemas: { [name: string]: Document } = {};
  /** Parts without a name of their own, by content: zod makes a new one at every place. */
  readonly #parts = new Map<string, string>();

  json(schema: z.ZodType, io: "input" | "output"): Document {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Document & {
      $defs?: { [name: string]: Document };
    };
    const suffix = io === "input" ? "Input" : "";
    const id = schema.meta()?.id;
    const names = new Map<string, string>();
    if (id) names.set("#", `${id}${suffix}`);
    for (const [name, part] of Object.entries($defs))
      names.set(`#/$defs/${name}`, name.startsWith("__") ? this.#partName(name, part) : `${name}${suffix}`);
    for (const [name, part] of Object.entries($defs))
      this.#add(names.get(`#/$defs/${name}`) as string, relink(part, names));
    const linked = relink(root, names);
    if (!id) return linked;
    const ref = `#/components/schemas/${id}${suffix}`;
    // A schema that is used within itself stands under $defs already, and its root only points there.
    if (linked.$ref !== ref) this.#add(`${id}${suffix}`, linked);
    return { $ref: ref };
  }

  #partName(name: string, part: Document): string {
    const content = JSON.stringify(part).replaceAll(`#/$defs/${name}"`, '#self"');
    const known = this.#parts.get(content);
    if (known) return known;
    // The one part that refers to nothing but itself is "any JSON value".
    const anyJson = content.includes("#self") && !content.includes("#/$defs/") && content.length < 300;
    const fresh = anyJson ? "Json" : `Part${this.#parts.size}`;
    this.#parts.set(content, fresh);
    return fresh;
  }

  #add(name: string, schema: Document): void {
    const { id: _, ...rest } = schema;
    this.schemas[name] = rest;
  }
}

function relink(value: unknown, names: Map<string, string>): Document {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === "$ref" && typeof member === "string" && names.has(member)
      ? `#/components/schemas/${names.get(member)}`
      : member,
  ) as Document;
}

function operation(route: Route, named: Components, errorRef: Document): Document {
  const parameters = [...pathParameters(route.path), ...queryParameters(route, named)];
  if (route.creates)
    parameters.push({
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "The same key and body give the same answer for seven days.",
      schema: { type: "string", maxLength: 255 },
    });
  return {
    summary: route.summary,
    tags: [route.tag],
    operationId: operationId(route),
    ...(route.scope === "public" ? { security: [] } : {}),
    "x-scope": route.scope,
    ...(parameters.length ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { content: { "application/json": { schema: named.json(route.body, "input") } } } }
      : {}),
    responses: responses(route, named, errorRef),
  };
}

function operationId(route: Route): string {
  const words = route.path
    .replace("/api/", "")
    .split(/[^a-z0-9]+/i)
    .filter(Boolean);
  return [route.method.toLowerCase(), ...words]
    .map((w, i) => (i ? w[0]?.toUpperCase() + w.slice(1) : w))
    .join("");
}

function pathParameters(path: string): Document[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(route: Route, named: Components): Document[] {
  if (!route.query) return [];
  const { properties = {}, required = [] } = named.json(route.query, "input") as {
    properties?: { [name: string]: Document };
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description ? { description } : {}),
    schema,
  }));
}

function responses(route: Route, named: Components, errorRef: Document): Document {
  const all: Document = {};
  for (const [status, { description, schema, type }] of Object.entries(route.answers))
    all[status] = {
      description,
      ...(schema ? { content: { "application/json": { schema: named.json(schema, "output") } } } : {}),
      ...(type ? { content: { [type]: { schema: { type: "string" } } } } : {}),
    };
  all.default = {
    description: "What was wrong, where, and what to do",
    content: { "application/json": { schema: errorRef } },
  };
  return all;
}
