/** `package.json`: each script becomes `npm run NAME`, with the package manager that the project names. */
import {
  aliasesOf,
  described,
  folderOf,
  ImportError,
  type ImportFile,
  type ImportItem,
  ready,
  skipped,
  slugOf,
} from "./item.ts";

/** npm runs these by itself while it installs, packs or publishes. */
const LIFECYCLE = new Set(
  (
    "preinstall install postinstall preprepare prepare postprepare prepublish prepublishOnly publish postpublish " +
    "prepack pack postpack preversion version postversion dependencies preuninstall uninstall postuninstall"
  ).split(" "),
);
const MANAGERS = ["npm", "pnpm", "yarn", "bun"];

/** Scripts in the file's order. Throws ImportError when it is no package.json. */
export function readPackageJson({ path, text }: ImportFile): ImportItem[] {
  const file = parse(path, text);
  const scripts = record(file.scripts);
  const manager = managerOf(file);
  const names = Object.keys(scripts);
  return names.map((name) => {
    const draft = { kind: "package-json" as const, path, name, slug: slugOf("npm", path, name) };
    const script = scripts[name];
    if (typeof script !== "string" || script.trim() === "") return skipped(draft, "the script is empty");
    if (LIFECYCLE.has(name)) return skipped(draft, `${manager} runs it by itself at the right moment`);
    const hook = /^(pre|post)(.+)$/.exec(name);
    if (hook && names.includes(hook[2]!))
      return skipped(
        draft,
        `it belongs to "${hook[2]}" and runs ${hook[1] === "pre" ? "before" : "after"} it`,
      );
    if (name.startsWith("-")) return skipped(draft, "its name would be taken for an option");
    const around = ["pre", "post"].map((when) => `${when}${name}`).filter((other) => names.includes(other));
    return ready(draft, {
      type: "builtin",
      name: name.slice(0, 100),
      description: described(
        null,
        `Runs the script "${name}" of ${path}: ${script}${around.length > 0 ? ` (with ${around.join(" and ")})` : ""}`,
      ),
      category: "imported",
      aliases: aliasesOf(name, `${manager} run ${name}`),
      parameters: [
        {
          name: "args",
          type: "json",
          items: "string",
          min: 1,
          max: 50,
          // They stand behind the script's name, so none is an option of the package manager.
          allow_leading_dash: true,
          description: "further arguments of the script",
        },
      ],
      requires: [{ tool: manager }, { file: "package.json" }],
      definition: {
        program: manager,
        argv: [
          "run",
          name,
          // The others give what stands behind the name to the script as it is, a -- too.
          ...(manager === "npm" ? [{ literal: "--", when: { param: "args", present: true } }] : []),
          { each: "args" },
        ],
        ...inFolder(path),
      },
      examples: [{ text: name.replace(/[:_-]+/g, " "), args: {} }],
    });
  });
}

/** The directory of the file, for a definition; requirements are looked at there too. */
export function inFolder(path: string): { cwd?: string } {
  const folder = folderOf(path);
  return folder === null ? {} : { cwd: folder };
}

function parse(path: string, text: string): { [name: string]: unknown } {
  try {
    const file: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (file !== null && typeof file === "object" && !Array.isArray(file))
      return file as { [name: string]: unknown };
  } catch (error) {
    throw new ImportError(`${path} is not JSON: ${(error as Error).message}`);
  }
  throw new ImportError(`${path} holds no object`);
}

/** `"packageManager": "pnpm@9.1.0+sha512…"`; npm when the file does not say. */
function managerOf(file: { [name: string]: unknown }): string {
  const said = typeof file.packageManager === "string" ? (file.packageManager.split("@")[0] ?? "") : "";
  return MANAGERS.includes(said) ? said : "npm";
}

function record(value: unknown): { [name: string]: unknown } {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as { [name: string]: unknown })
    : {};
}
