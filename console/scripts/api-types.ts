/** Writes src/api/schema.d.ts from the api's own routes: no server, and nothing written by hand. `--check` only compares. */
import { readFile, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";

// What the platform brings to a Worker is not there in Node; to describe the routes, that it can be named is enough.
const names = [
  "DurableObject",
  "WorkerEntrypoint",
  "RpcTarget",
  "EmailMessage",
  "connect",
  "env",
  "waitUntil",
];
const platform = `data:text/javascript,${names.map((name) => `export class ${name} {}`).join(";")}`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("cloudflare:") ? { url: platform, shortCircuit: true } : next(specifier, context),
});
const { openApi } = await import("../../services/api/src/openapi.ts");
const { routes } = await import("../../services/api/src/registry.ts");

const FILE = join(import.meta.dirname, "../src/api/schema.d.ts");
const source = await openapiTS(JSON.stringify(openApi(routes, "0.0.0")), { emptyObjectsUnknown: true });
const types = `// Made by "npm run api-types" from the routes of services/api.\n${astToString(source)}`;
const { values } = parseArgs({ options: { check: { type: "boolean" } } });
if (!values.check) await writeFile(FILE, types);
else if ((await readFile(FILE, "utf8").catch(() => "")) !== types) {
  process.stderr.write('console/src/api/schema.d.ts is not what the routes say: run "npm run api-types".\n');
  process.exitCode = 1;
}
