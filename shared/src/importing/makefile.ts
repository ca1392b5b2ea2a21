/** Makefiles: targets that are meant to be called become `make TARGET`, variables set with `?=` their parameters. */
import {
  aliasesOf,
  baseName,
  described,
  folderOf,
  type ImportFile,
  type ImportItem,
  PLAIN_VALUE,
  parameterName,
  ready,
  skipped,
  slugOf,
} from "./item.ts";
import { type Makefile, readMakefile as parseMakefile } from "./makefile-lines.ts";
import { inFolder } from "./package-json.ts";

/** Found by make without being named, in its own order. */
const STANDARD = ["GNUmakefile", "makefile", "Makefile"];
const VARIABLES_MAX = 20;

/** Targets of the files. A file that another one includes is read as part of it, not on its own. */
export function readMakefiles(files: ImportFile[]): ImportItem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const parsed = new Map(files.map((file) => [file.path, parseMakefile(file.text)]));
  const included = new Set<string>();
  for (const [path, { includes }] of parsed)
    for (const name of includes) if (byPath.has(beside(path, name))) included.add(beside(path, name));
  return files
    .filter(({ path }) => !included.has(path) || STANDARD.includes(baseName(path)))
    .flatMap(({ path }) => itemsOf(path, whole(path, parsed, new Set())));
}

/** The file with all it includes, as far as they were given too. */
function whole(path: string, parsed: Map<string, Makefile>, seen: Set<string>): Makefile {
  const own = parsed.get(path)!;
  seen.add(path);
  const all: Makefile = {
    targets: [...own.targets],
    phony: new Set(own.phony),
    variables: new Map(own.variables),
    includes: [],
  };
  for (const name of own.includes) {
    const other = beside(path, name);
    if (seen.has(other)) continue;
    if (!parsed.has(other)) {
      all.includes.push(name);
      continue;
    }
    const part = whole(other, parsed, seen);
    all.targets.push(...part.targets);
    all.includes.push(...part.includes);
    for (const target of part.phony) all.phony.add(target);
    for (const [variable, value] of part.variables)
      if (!all.variables.has(variable)) all.variables.set(variable, value);
  }
  return all;
}

/** make looks for an included file from where it was started, which is the first file's folder. */
function beside(path: string, name: string): string {
  const folder = folderOf(path);
  const plain = name.replace(/^\.\//, "");
  return folder === null ? plain : `${folder}/${plain}`;
}

function itemsOf(path: string, { targets, phony, variables, includes }: Makefile): ImportItem[] {
  const missing = includes.map(
    (name) => `it includes ${name}, which was not given: targets there are not seen`,
  );
  const known = new Map<string, { help: string | null; line: number }>();
  // A target may have several rules; the one with a help text says what it is for.
  for (const { name, help, line } of targets) {
    const earlier = known.get(name);
    known.set(name, { help: earlier?.help ?? help, line: earlier?.line ?? line });
  }
  const taken = new Set(["make"]);
  const parameters = [...variables]
    .slice(0, VARIABLES_MAX)
    .map(([variable, value]) => ({ variable, value, param: parameterName(variable, taken) }));
  return [...known].map(([name, { help }]): ImportItem => {
    const draft = {
      kind: "makefile" as const,
      path,
      name,
      slug: slugOf("make", path, name),
      warnings: missing,
    };
    const reason = notCallable(name, help !== null || phony.has(name));
    if (reason !== null) return skipped(draft, reason);
    const warnings = phony.has(name)
      ? missing
      : [...missing, "it is not .PHONY: when a file of this name is there and up to date, make does nothing"];
    const file = STANDARD.includes(baseName(path)) ? [] : ["-f", baseName(path)];
    return ready(
      { ...draft, warnings },
      {
        type: "builtin",
        name: name.slice(0, 100),
        description: described(help, `Makes the target "${name}" of ${path}.`),
        category: "imported",
        aliases: aliasesOf(name, `make ${name}`),
        parameters: parameters.map(({ variable, value, param }) => ({
          name: param,
          type: "string" as const,
          pattern: PLAIN_VALUE,
          max: 500,
          description: described(
            null,
            `the variable ${variable}; the file says ${value === "" ? "nothing" : value}`,
          ).slice(0, 500),
        })),
        requires: [{ tool: "make" }, { file: baseName(path) }],
        definition: {
          program: "make",
          argv: [
            ...file,
            name,
            ...parameters.map(({ variable, param }) => ({
              join: [`${variable}=`, { param }] as [string, { param: string }],
            })),
          ],
          ...inFolder(path),
        },
        examples: [{ text: `make ${name}`, args: {} }],
      },
    );
  });
}

function notCallable(name: string, meant: boolean): string | null {
  if (name.includes("%")) return "it is a pattern for files, not a target";
  if (/[$(){}]/.test(name)) return "its name is made up by make itself";
  if (name.startsWith(".") && /^\.[A-Z_]+$/.test(name)) return "it is a setting of make";
  if (name.startsWith("-") || !/^[\w.+@/][\w.+@/-]*$/.test(name))
    return "its name would be taken for an option or a variable";
  if (name.startsWith("_")) return "its name says that it is for other targets only";
  if (!meant && /[./]/.test(name)) return "it makes a file; nobody is meant to call it by name";
  return null;
}
