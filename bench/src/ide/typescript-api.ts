/** TypeScript's own API on a project, in a thread: it holds up whatever runs beside it for many seconds. */
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Asked, Named } from "./independent.ts";
import { sourcesOf } from "./projects.ts";

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

class Project {
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

const { dir, classic } = workerData as { dir: string; classic: string };
const project = new Project(createRequire(join(classic, "package.json"))("typescript") as Api, dir);
parentPort?.on("message", ({ references, mentions }: Asked) => {
  parentPort?.postMessage(references ? project.references(references) : project.mentions(mentions ?? ""));
});
