/** What is true of a project by other means than the agent's: TypeScript's own API, tsc, grep, a digest of all bytes. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { sourcesOf } from "./projects.ts";

const run = promisify(execFile);
const CLASSIC = "5.9.3";

/** Of TypeScript's API, what is used here. */
interface Api {
  createLanguageService(host: object): Service;
  createSourceFile(name: string, text: string, target: number, parents: boolean): Node;
  forEachChild(node: Node, visit: (child: Node) => void): void;
  isIdentifier(node: Node): boolean;
  isPrivateIdentifier(node: Node): boolean;
  getDefaultLibFilePath(options: object): string;
  readConfigFile(file: string, read: (file: string) => string | undefined): { config: object };
  parseJsonConfigFileContent(
    config: object,
    sys: object,
    dir: string,
  ): { options: object; fileNames: string[] };
  ScriptSnapshot: { fromString(text: string): object };
  sys: { readFile(file: string): string | undefined; fileExists(file: string): boolean };
}
interface Service {
  getReferencesAtPosition(
    file: string,
    at: number,
  ): { fileName: string; textSpan: { start: number } }[] | undefined;
}
interface Node {
  getStart(): number;
}

/** `at`: the text that ends with the name where it is declared, when the file declares it more than once. */
export interface Named {
  file: string;
  symbol: string;
  at?: string;
}

/** Installs the TypeScript whose API is asked, apart from the project's own. */
export async function classicApi(dir: string): Promise<Api> {
  mkdirSync(dir);
  writeFileSync(join(dir, "package.json"), '{"private":true}');
  await run("npm", ["install", "--no-audit", "--no-fund", `typescript@${CLASSIC}`], {
    cwd: dir,
    timeout: 300_000,
  });
  return createRequire(join(dir, "package.json"))("typescript") as Api;
}

export class Independent {
  readonly #ts: Api;
  readonly #dir: string;
  readonly #service: Service;
  constructor(ts: Api, dir: string) {
    this.#ts = ts;
    this.#dir = dir;
    const { config } = ts.readConfigFile(join(dir, "tsconfig.json"), ts.sys.readFile);
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dir);
    this.#service = ts.createLanguageService({
      ...ts.sys,
      useCaseSensitiveFileNames: () => true,
      getCompilationSettings: () => options,
      getScriptFileNames: () => fileNames,
      getScriptVersion: (name: string) => String(statSync(name, { throwIfNoEntry: false })?.mtimeMs),
      getScriptSnapshot: (name: string) => {
        const text = ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => dir,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
    });
  }
  /** Places `file:line:column` at which what is declared under this name in this file is used, the declarations included. */
  references({ file, symbol, at }: Named): Set<string> {
    const { readFile } = this.#ts.sys;
    const path = join(this.#dir, file);
    const offset = declarationOf(readFile(path)!, symbol, at);
    const found = this.#service.getReferencesAtPosition(path, offset) ?? [];
    const place = ({ fileName, textSpan }: (typeof found)[number]) =>
      placeIn(this.#dir, fileName, readFile(fileName)!, textSpan.start);
    return new Set(found.map(place));
  }
  /** Places at which the name stands in comments and strings. */
  mentions(symbol: string): Set<string> {
    const ts = this.#ts;
    const word = new RegExp(`(?<![\\w$])${symbol.replaceAll("$", "\\$")}(?![\\w$])`, "g");
    const found = new Set<string>();
    for (const file of sourcesOf(this.#dir)) {
      const text = ts.sys.readFile(file)!;
      const all = [...text.matchAll(word)].map(({ index }) => index);
      if (all.length === 0) continue;
      const names = new Set<number>();
      const visit = (node: Node): void => {
        if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) names.add(node.getStart());
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(file, text, 99, true));
      for (const at of all) if (!names.has(at)) found.add(placeIn(this.#dir, file, text, at));
    }
    return found;
  }
}

/** Where the name is declared in the text: as a declaration, else as a member. */
function declarationOf(text: string, symbol: string, at?: string): number {
  if (at !== undefined) return text.indexOf(at) + at.length - symbol.length;
  const declared = new RegExp(`(?:function|class|interface|type|const|let|enum) ${symbol}\\b`).exec(text);
  if (declared) return declared.index + declared[0].length - symbol.length;
  const member = new RegExp(`^[ \\t]+(?:[a-z]+ )*${symbol}[(:;<?]`, "m").exec(text);
  if (!member) throw new Error(`${symbol} is not declared there`);
  return member.index + member[0].length - symbol.length - 1;
}

function placeIn(dir: string, file: string, text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `${relative(dir, file)}:${lines.length}:${lines.at(-1)!.length + 1}`;
}

/** The project's own tsc: its errors as `file:line:column code`, and how long it took. */
export async function compiled(dir: string): Promise<{ errors: string[]; s: number }> {
  const began = performance.now();
  const argv = [join(dir, "node_modules/typescript/bin/tsc"), "--noEmit", "--pretty", "false", "-p", dir];
  const { stdout } = await run(process.execPath, argv, { cwd: dir, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error) => error,
  );
  const errors = [...String(stdout).matchAll(/^(.+?)\((\d+),(\d+)\): error (TS\d+)/gm)];
  return {
    errors: errors.map(([, file, line, column, code]) => `${file}:${line}:${column} ${code}`).sort(),
    s: (performance.now() - began) / 1_000,
  };
}

/** One digest of the paths and bytes of all files but those that were installed and git's own. */
export function digestOf(dir: string): string {
  const all = createHash("sha256");
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => !/\/(node_modules|\.git)\//.test(path.slice(dir.length)))
    .sort())
    all.update(`${entry}\0`).update(createHash("sha256").update(readFileSync(entry)).digest());
  return all.digest("hex");
}

/** Lines `file:line` in which grep finds it, in files git knows. */
export async function grepped(
  dir: string,
  {
    query,
    regex,
    case_sensitive,
    path,
  }: { query: string; regex?: boolean; case_sensitive?: boolean; path?: string },
): Promise<string[]> {
  const flags = [
    "-rn",
    regex ? "-P" : "-F",
    ...(case_sensitive ? [] : ["-i"]),
    "--exclude-dir=node_modules",
    "--exclude-dir=.git",
  ];
  const argv = [...flags, "-e", query, path ?? "."];
  const { stdout } = await run("grep", argv, { cwd: dir, maxBuffer: 256 * 1024 * 1024 }).catch(
    (error) => error,
  );
  return [...String(stdout).matchAll(/^(?:\.\/)?(.+?):(\d+):/gm)]
    .map(([, file, line]) => `${file}:${line}`)
    .sort();
}

/** Resident bytes of a process and all below it. */
export function memoryOf(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    const below = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .trim()
      .split(" ")
      .filter(Boolean);
    return pages * 4_096 + below.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
  } catch {
    return 0;
  }
}
