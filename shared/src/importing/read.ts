/** Files of people's own commands, whatever wrote them, as items to look at. Pure: nothing is run and nothing stored. */
import { pathProblem } from "../library/parameters.ts";
import { LIMITS } from "../limits.ts";
import { readGithubWorkflow } from "./github-actions.ts";
import { baseName, ImportError, type ImportFile, type ImportItem, type ImportKind } from "./item.ts";
import { readJustfile } from "./justfile.ts";
import { readMakefiles } from "./makefile.ts";
import { readPackageJson } from "./package-json.ts";
import { readWarp } from "./warp.ts";

/** The kind of a file by its name and place; null when it is none we read. */
export function kindOf(path: string): ImportKind | null {
  const name = baseName(path);
  if (name === "package.json") return "package-json";
  if (/^(GNUm|m|M)akefile$/.test(name) || name.endsWith(".mk")) return "makefile";
  if (/^\.?justfile$/i.test(name) || name.endsWith(".just")) return "justfile";
  if (!/\.ya?ml$/.test(name)) return null;
  if (/(^|\/)\.github\/workflows\/[^/]+$/.test(path)) return "github-actions";
  return /(^|\/)\.warp\/.*/.test(path) ? "warp" : null;
}

/**
 * Items of all files, slugs made distinct.
 * @throws ImportError when a file is too large, leads out of the directory, or cannot be read as its kind
 */
export function readFiles(files: ImportFile[], kind: ImportKind | null): ImportItem[] {
  const byKind = new Map<ImportKind, ImportFile[]>();
  for (const file of files.map((one) => ({ ...one, path: one.path.replace(/^(\.\/)+/, "") }))) {
    const problem = pathProblem(file.path);
    if (problem !== null) throw new ImportError(`${file.path}: the path ${problem}`);
    if (file.text.length > LIMITS.importFileChars)
      throw new ImportError(`${file.path} is longer than ${LIMITS.importFileChars} characters`);
    const found = kind ?? kindOf(file.path);
    if (found === null)
      throw new ImportError(`${file.path}: nothing says what kind of file it is; name the kind`);
    byKind.set(found, [...(byKind.get(found) ?? []), file]);
  }
  const items = [...byKind].flatMap(([one, group]) => readKind(one, group));
  const commands = items.filter(({ command }) => command !== null);
  if (commands.length > LIMITS.importItems)
    throw new ImportError(
      `${commands.length} commands at once; at most ${LIMITS.importItems}. Import the files one by one`,
    );
  return distinct(items);
}

function readKind(kind: ImportKind, files: ImportFile[]): ImportItem[] {
  switch (kind) {
    case "makefile":
      return readMakefiles(files);
    case "package-json":
      return files.flatMap(readPackageJson);
    case "justfile":
      return files.flatMap(readJustfile);
    case "warp":
      return files.flatMap(readWarp);
    case "github-actions":
      return files.flatMap(readGithubWorkflow);
  }
}

/** `test:e2e` and `test-e2e` would have one slug; the second stays out, and says why. */
function distinct(items: ImportItem[]): ImportItem[] {
  const taken = new Map<string, ImportItem>();
  return items.map((item) => {
    if (item.command === null) return item;
    const first = taken.get(item.slug);
    if (first)
      return {
        ...item,
        command: null,
        script: null,
        reason: `"${first.name}" of ${first.path} has the slug ${item.slug} already`,
      };
    taken.set(item.slug, item);
    return item;
  });
}
