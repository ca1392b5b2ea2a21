/** Writes src/api/schema.d.ts from the api's own routes: no server, and nothing written by hand. `--check` only compares. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { openApi } from "../../services/api/src/openapi.ts";
import { routes } from "../../services/api/src/registry.ts";

const FILE = join(import.meta.dirname, "../src/api/schema.d.ts");

const document = JSON.stringify(openApi(routes, "0.0.0"));
const types = `// Made by "npm run api-types" from the routes of services/api.\n${astToString(await openapiTS(document, { emptyObjectsUnknown: true, defaultNonNullable: false }))}`;
const { values } = parseArgs({ options: { check: { type: "boolean" } } });
if (!values.check) await writeFile(FILE, types);
else if ((await readFile(FILE, "utf8").catch(() => "")) !== types) {
  process.stderr.write('console/src/api/schema.d.ts is not what the routes say: run "npm run api-types".\n');
  process.exitCode = 1;
}
