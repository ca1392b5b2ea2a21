import { pingDatabase } from "@tw/shared/db/tenants";
import * as z from "zod";
import { openApi } from "../openapi.ts";
import { answer, type Route, route } from "../route.ts";

/** Is it well, and what is there. `all` is asked late, since these routes are among those they describe. */
export function platformRoutes(all: () => readonly Route[]): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/health",
      summary: "Is the workspace well?",
      tag: "Platform",
      scope: "public",
      answers: {
        200: { description: "Everything it needs answers", schema: healthSchema },
        503: { description: "Something it needs does not answer", schema: healthSchema },
      },
      async handle({ env }) {
        const database = await answers(() => pingDatabase(env.DB));
        const body = {
          status: database === "ok" ? "ok" : "failing",
          version: env.VERSION,
          checks: { database },
        };
        return answer(database === "ok" ? 200 : 503, body);
      },
    }),
    route({
      method: "GET",
      path: "/api/openapi.json",
      summary: "This API, described",
      tag: "Platform",
      scope: "any",
      callers: ["person", "service", "agent"],
      answers: { 200: { description: "OpenAPI 3.1", schema: z.looseObject({}) } },
      async handle({ env }) {
        return answer(200, openApi(all(), env.VERSION));
      },
    }),
  ];
}

const healthSchema = z.strictObject({
  status: z.enum(["ok", "failing"]),
  version: z.string(),
  checks: z.record(z.string(), z.enum(["ok", "failing"])),
});

async function answers(check: () => Promise<void>): Promise<"ok" | "failing"> {
  try {
    await check();
    return "ok";
  } catch (error) {
    console.error(`Health check: ${String(error)}`);
    return "failing";
  }
}
