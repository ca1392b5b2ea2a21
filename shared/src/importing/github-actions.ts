/** GitHub Actions: a workflow with `workflow_dispatch` becomes `gh workflow run FILE --raw-field input=value`. */
import type { ArgvItem, Parameter } from "../contracts/definition.ts";
import {
  aliasesOf,
  baseName,
  described,
  ImportError,
  type ImportFile,
  type ImportItem,
  parameterName,
  ready,
  skipped,
  slugOf,
} from "./item.ts";
import { isRecord, scalarOf, textOf } from "./warp.ts";
import { readYaml } from "./yaml-file.ts";

/** What GitHub takes of one workflow. */
const INPUTS_MAX = 25;

/** One item for the file. Throws ImportError when the YAML is broken. */
export function readGithubWorkflow({ path, text }: ImportFile): ImportItem[] {
  const [file] = readYaml(path, text, true);
  if (!isRecord(file)) throw new ImportError(`${path} holds no workflow`);
  const stem = baseName(path).replace(/\.ya?ml$/, "");
  const name = textOf(file.name) ?? stem;
  // gh knows a workflow by its file's name, so that names it here too.
  const draft = { kind: "github-actions" as const, path, name, slug: slugOf("gh", baseName(path), stem) };
  const dispatch = dispatchOf(file.on);
  if (dispatch === undefined)
    return [skipped(draft, "it cannot be started by hand: there is no workflow_dispatch in it")];
  const taken = new Set(["git_ref"]);
  const inputs = Object.entries(isRecord(dispatch?.inputs) ? dispatch.inputs : {}).slice(0, INPUTS_MAX);
  const warnings: string[] = [];
  const read = inputs.map(([input, spec]) => {
    const param = parameterName(input, taken);
    return { input, param, parameter: parameterOf(param, input, isRecord(spec) ? spec : {}, warnings) };
  });
  return [
    ready(
      { ...draft, warnings },
      {
        type: "builtin",
        name: name.slice(0, 100),
        description: described(
          null,
          `Starts the GitHub workflow "${name}" (${baseName(path)}). It runs at GitHub; this command ends when it is accepted.`,
        ),
        category: "imported",
        aliases: aliasesOf(name, `gh workflow run ${baseName(path)}`),
        parameters: [
          ...read.map(({ parameter }) => parameter),
          {
            name: "git_ref",
            type: "string",
            pattern: "[A-Za-z0-9_][A-Za-z0-9_./-]*",
            max: 200,
            description: "branch or tag it runs on; the default branch when not given",
          },
        ],
        requires: [{ tool: "gh" }, { git: "remote" }, { login: "gh" }],
        timeout_s: 120,
        definition: {
          program: "gh",
          argv: [
            "workflow",
            "run",
            baseName(path),
            { flag: "--ref", param: "git_ref" },
            // --raw-field and not --field: there a value that begins with @ would be a file's name.
            ...read.flatMap(({ input, param }): ArgvItem[] => [
              { literal: "--raw-field", when: { param, present: true } },
              { join: [`${input}=`, { param }] },
            ]),
          ],
          outputs: { format: "regex", pattern: "(?<url>https://\\S+/actions/runs/\\d+)" },
        },
      },
    ),
  ];
}

/** `undefined`: it has no such trigger. The trigger may be a word, in a list, or hold inputs. */
function dispatchOf(on: unknown): { [name: string]: unknown } | null | undefined {
  if (on === "workflow_dispatch") return null;
  if (Array.isArray(on)) return on.includes("workflow_dispatch") ? null : undefined;
  if (!isRecord(on) || !("workflow_dispatch" in on)) return undefined;
  return isRecord(on.workflow_dispatch) ? on.workflow_dispatch : null;
}

function parameterOf(
  name: string,
  input: string,
  spec: { [name: string]: unknown },
  warnings: string[],
): Parameter {
  const type = textOf(spec.type) ?? "string";
  const given = scalarOf(spec.default);
  const base = {
    name,
    description: described(textOf(spec.description), `the input ${input}`).slice(0, 500),
    // GitHub fills in the default of an input that is required.
    required: spec.required === "true" && given === null,
  };
  if (type === "boolean") return { ...base, type: "boolean", required: false, default: given === "true" };
  if (type === "number") {
    const number = given === null || given === "" ? Number.NaN : Number(given);
    return { ...base, type: "number", ...(Number.isFinite(number) ? { default: number } : {}) };
  }
  if (type === "choice") {
    const options = (Array.isArray(spec.options) ? spec.options : []).flatMap(
      (option) => scalarOf(option) ?? [],
    );
    if (options.length > 0) {
      const fits = given !== null && options.includes(given);
      if (given !== null && !fits) warnings.push(`${input}: its default "${given}" is none of its options`);
      return { ...base, type: "enum", options, required: base.required, ...(fits ? { default: given } : {}) };
    }
    warnings.push(`${input}: a choice without options; any text is taken`);
  } else if (type === "environment")
    warnings.push(
      `${input}: the name of an environment of the repository; only GitHub knows which there are`,
    );
  else if (type !== "string") warnings.push(`${input}: its type "${type}" is not known; any text is taken`);
  return {
    ...base,
    type: "string",
    max: 4_000,
    ...(given === null || given === "" ? {} : { default: given }),
  };
}
