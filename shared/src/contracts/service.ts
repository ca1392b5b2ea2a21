/** What a service is: a long-running program that agents keep. The same over HTTP, in D1 and on its way to an agent. */
import * as z from "zod";

export const SERVICE_DRIVERS = ["process", "systemd", "compose"] as const;
export const SERVICE_STATUSES = ["unknown", "stopped", "starting", "running", "failed"] as const;
export const RESTART_POLICIES = ["no", "on-failure", "always"] as const;

const word = z
  .string()
  .max(4_000)
  .refine((text) => !text.includes("\0"), "holds a NUL");
/** A path under the agent's root; the agent checks the real one again. */
const path = z
  .string()
  .min(1)
  .max(1_000)
  .refine(
    (text) => !text.startsWith("/") && !text.split(/[\\/]/).includes(".."),
    "must be relative, without ..",
  );

/** How it is seen that the program answers. Always on the agent's own machine, so that no agent asks around in its network for others. */
const healthSchema = z.strictObject({
  port: z.int().min(1).max(65_535).describe("on 127.0.0.1"),
  path: z
    .string()
    .regex(/^\/[^\s#]{0,500}$/, "begins with / and holds no spaces")
    .nullable()
    .default(null)
    .describe("GET must answer below 400; without it an accepted connection is enough"),
  every_s: z.int().min(1).max(3_600).default(10),
  timeout_s: z.int().min(1).max(60).default(3),
  failures: z.int().min(1).max(100).default(3).describe("so many in a row mean that it hangs"),
});
export type Health = z.infer<typeof healthSchema>;

export const serviceDefinitionSchema = z.strictObject({
  driver: z.enum(SERVICE_DRIVERS),
  description: z.string().max(1_000).default(""),
  command: z
    .array(word)
    .max(100)
    .default([])
    .describe("process: program and arguments, never a shell's sentence"),
  unit: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,199}$/, "a unit's or compose service's name")
    .nullable()
    .default(null),
  file: path.nullable().default(null),
  cwd: path.nullable().default(null),
  env: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), word).default({}),
  restart: z.enum(RESTART_POLICIES).default("on-failure"),
  health: healthSchema.nullable().default(null),
  labels: z.array(z.string().min(1).max(64)).max(32).default([]),
});
export type ServiceDefinition = z.infer<typeof serviceDefinitionSchema>;
