/** The recipes of a justfile, read without running anything. */

export interface JustParameter {
  name: string;
  kind: "one" | "plus" | "star";
  /** `text`: a plain default. `expression`: only just can tell it. */
  default: { text: string } | "expression" | null;
}
export interface JustRecipe {
  name: string;
  doc: string | null;
  line: number;
  parameters: JustParameter[];
  /** Names of attributes, with what stands in their parentheses. */
  attributes: Map<string, string>;
  /** Why its header could not be read, if so. */
  unread: string | null;
}
export interface Justfile {
  recipes: JustRecipe[];
  /** Alias → recipe. */
  aliases: Map<string, string>;
  /** Files and modules that are not followed. */
  elsewhere: string[];
}

const SETTING = /^(set\s|export\s|unexport\s|eager\s|lazy\s|[A-Za-z_][\w-]*\s*:=)/;

/** Reads recipes with attributes, doc comments and parameters, and the aliases. */
export function readRecipes(text: string): Justfile {
  const file: Justfile = { recipes: [], aliases: new Map(), elsewhere: [] };
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  let doc: string | null = null;
  let attributes = new Map<string, string>();
  for (let i = 0; i < lines.length; i += 1) {
    const number = i + 1;
    let line = lines[i]!;
    // What is indented belongs to a recipe.
    if (/^[ \t]/.test(line)) continue;
    line = line.trimEnd();
    const comment = /^#(?!!)\s?(.*)$/.exec(line);
    if (comment) {
      doc = comment[1]!.trim() || null;
      continue;
    }
    if (line.startsWith("[")) {
      for (const [name, value] of attributesOf(line)) attributes.set(name, value);
      continue;
    }
    // A value of several lines (a call, a triple-quoted text) is no recipe, wherever its lines begin.
    while (SETTING.test(line) && isOpen(line) && i + 1 < lines.length) line += `\n${lines[++i]!}`;
    const alias = /^alias\s+([\w-]+)\s*:=\s*([\w:-]+)/.exec(line);
    const other = /^(?:import|mod)\??\s+(.+)$/.exec(line);
    if (alias && !attributes.has("private")) file.aliases.set(alias[1]!, alias[2]!);
    else if (other) file.elsewhere.push(other[1]!.replace(/\s+#.*$/, ""));
    else if (line !== "" && !alias && !SETTING.test(line)) {
      const recipe = recipeOf(line, number);
      if (recipe) {
        const said = attributes.has("doc") ? textOf(attributes.get("doc") ?? "") : doc;
        file.recipes.push({ ...recipe, doc: said, attributes });
      }
    }
    doc = null;
    attributes = new Map();
  }
  return file;
}

type Header = Pick<JustRecipe, "name" | "line" | "parameters" | "unread">;

function recipeOf(line: string, number: number): Header | null {
  const name = /^@?([A-Za-z_][\w-]*)/.exec(line)?.[1];
  if (name === undefined) return null;
  const header = { name, line: number };
  const parameters: JustParameter[] = [];
  let rest = line.replace(/^@?[A-Za-z_][\w-]*/, "");
  for (;;) {
    rest = rest.trimStart();
    if (rest.startsWith(":")) return { ...header, parameters, unread: null };
    const parameter = /^([+*]?)\$?([A-Za-z_][\w-]*)/.exec(rest);
    if (!parameter) return { ...header, parameters: [], unread: `"${rest.slice(0, 40)}" is not understood` };
    rest = rest.slice(parameter[0].length).trimStart();
    const kind = parameter[1] === "+" ? "plus" : parameter[1] === "*" ? "star" : "one";
    let given: JustParameter["default"] = null;
    if (rest.startsWith("=")) {
      rest = rest.slice(1).trimStart();
      const length = valueLength(rest);
      if (length === 0)
        return { ...header, parameters: [], unread: `the default of ${parameter[2]} is not understood` };
      const text = textOf(rest.slice(0, length));
      given = text === null ? "expression" : { text };
      rest = rest.slice(length);
    }
    parameters.push({ name: parameter[2]!, kind, default: given });
  }
}

/** How long the value at the start is: a text, a name, a call, a back-ticked command, or something in parentheses. */
function valueLength(text: string): number {
  const quoted = quotedLength(text);
  if (quoted > 0) return quoted;
  const name = /^[A-Za-z_][\w-]*/.exec(text)?.[0].length ?? 0;
  if (text[name] !== "(") return name;
  let depth = 0;
  for (let i = name; i < text.length; i += 1) {
    const inner = quotedLength(text.slice(i));
    if (inner > 0) i += inner - 1;
    else if (text[i] === "(") depth += 1;
    else if (text[i] === ")") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return 0;
}

const QUOTES = ['"""', "'''", "```", '"', "'", "`"];
function quotedLength(text: string): number {
  const prefix = /^[fx](?=["'])/.test(text) ? 1 : 0;
  const quote = QUOTES.find((sign) => text.startsWith(sign, prefix));
  if (quote === undefined) return 0;
  for (let i = prefix + quote.length; i < text.length; i += 1) {
    if (quote.startsWith('"') && text[i] === "\\") i += 1;
    else if (text.startsWith(quote, i)) return i + quote.length;
  }
  return 0;
}

/** The text of a quoted value; null when it is an expression. */
function textOf(value: string): string | null {
  const text = value.trim();
  if (text.startsWith("'") && !text.startsWith("'''") && text.endsWith("'") && text.length > 1)
    return text.slice(1, -1);
  if (!text.startsWith('"') || text.startsWith('"""') || !text.endsWith('"') || text.length < 2) return null;
  const escapes: { [sign: string]: string } = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
  return text.slice(1, -1).replace(/\\(.)/g, (all, sign: string) => escapes[sign] ?? all);
}

/** `[private, group('x'), doc: "y"]` and several on one line. */
function attributesOf(line: string): [string, string][] {
  const found: [string, string][] = [];
  let rest = line.replace(/^\[/, "");
  while (rest !== "" && !rest.startsWith("]")) {
    const name = /^\s*,?\s*([a-z][a-z-]*)\s*/.exec(rest);
    if (!name) break;
    rest = rest.slice(name[0].length);
    let value = "";
    if (rest.startsWith("(")) {
      const length = valueLength(`x${rest}`) - 1;
      value = rest.slice(1, Math.max(1, length - 1));
      rest = rest.slice(Math.max(1, length));
    } else if (rest.startsWith(":")) {
      rest = rest.slice(1).trimStart();
      const length = Math.max(1, valueLength(rest));
      value = rest.slice(0, length);
      rest = rest.slice(length);
    }
    found.push([name[1]!, value]);
  }
  return found;
}

function isOpen(line: string): boolean {
  let depth = 0;
  for (let i = 0; i < line.length; i += 1) {
    const rest = line.slice(i);
    if (line[i] === "#") i = line.indexOf("\n", i) < 0 ? line.length : line.indexOf("\n", i);
    else if (QUOTES.some((quote) => rest.startsWith(quote))) {
      const length = quotedLength(rest);
      if (length === 0) return true;
      i += length - 1;
    } else if ("([{".includes(line[i]!)) depth += 1;
    else if (")]}".includes(line[i]!)) depth -= 1;
  }
  return depth > 0;
}
