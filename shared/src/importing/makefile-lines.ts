/** The parts of a Makefile that name targets, read without running anything. */

export interface Makefile {
  targets: { name: string; help: string | null; line: number }[];
  phony: Set<string>;
  /** Set with `?=` at the top level, which says: give another value if you like. */
  variables: Map<string, string>;
  includes: string[];
}

interface Line {
  text: string;
  number: number;
}

const CONDITIONAL = /^(ifeq|ifneq|ifdef|ifndef|else|endif)\b/;
const ASSIGNMENT = /^(?:(?:export|override|private)\s+)*([^\s:#=?+!]+)\s*(\?=|:{1,3}=|\+=|!=|=)\s*(.*)$/s;
const NOT_A_RULE = /^(export|unexport|undefine|vpath|load|-load|override)\b/;

/** Reads targets, `.PHONY`, help texts (`## text` behind a rule, or on the line before it), `?=` variables and includes. */
export function readMakefile(text: string): Makefile {
  const file: Makefile = { targets: [], phony: new Set(), variables: new Map(), includes: [] };
  let prefix = "\t";
  let help: string | null = null;
  let inDefine = false;
  for (const { text: whole, number } of logicalLines(text, () => prefix)) {
    if (whole.startsWith(prefix) && prefix !== "") continue;
    const line = whole.trim();
    if (inDefine) {
      inDefine = !/^endef\b/.test(line);
      continue;
    }
    if (/^(?:(?:export|override)\s+)*define\b/.test(line)) {
      inDefine = true;
      continue;
    }
    if (line.startsWith("#")) {
      help = /^##+\s*(\S.*)$/.exec(line)?.[1] ?? null;
      continue;
    }
    const before = help;
    help = null;
    if (line === "" || CONDITIONAL.test(line)) continue;
    const include = /^(?:-include|sinclude|include)\s+(.+)$/.exec(line);
    if (include) {
      file.includes.push(...withoutComment(include[1]!).split(/\s+/).filter(Boolean));
      continue;
    }
    const assigned = ASSIGNMENT.exec(line);
    if (assigned && !isRule(line)) {
      const [, name = "", sign, value = ""] = assigned;
      if (name === ".RECIPEPREFIX") prefix = value.trim()[0] ?? "\t";
      if (sign === "?=" && /^[A-Za-z_]\w*$/.test(name))
        file.variables.set(name, withoutComment(value).trim());
      continue;
    }
    if (!NOT_A_RULE.test(line)) addRule(file, line, before, number);
  }
  return file;
}

function addRule(file: Makefile, line: string, before: string | null, number: number): void {
  const said = /(?:^|\s)##+\s*(\S.*)$/.exec(line)?.[1] ?? before;
  const rule = withoutComment(line);
  const at = colonOf(rule);
  if (at < 0) return;
  const names = words(rule.slice(0, at).replace(/&$/, ""));
  const rest = rule.slice(at).replace(/^:{1,2}/, "");
  if (names.includes(".PHONY")) {
    for (const name of words(rest)) file.phony.add(name);
    return;
  }
  // `prod: ENV = production` gives a target a variable; it makes no rule of it.
  if (/^\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*(\?=|:{1,3}=|\+=|!=|=)/.test(rest)) return;
  for (const name of names) file.targets.push({ name, help: said, line: number });
}

/** Is the first colon outside of `$(…)` a rule's, and not the `:=` of an assignment? */
function isRule(line: string): boolean {
  const at = colonOf(line);
  if (at < 0) return false;
  if (/^:{1,3}=/.test(line.slice(at))) return false;
  const sign = /[?+!]?=/.exec(line);
  return sign === null || at < sign.index;
}

function colonOf(line: string): number {
  let depth = 0;
  for (let i = 0; i < line.length; i += 1) {
    const sign = line[i];
    if (sign === "(" || sign === "{") depth += 1;
    else if (sign === ")" || sign === "}") depth -= 1;
    else if (sign === ":" && depth <= 0 && line[i - 1] !== "\\") return i;
  }
  return -1;
}

/** Words, where `$(a b)` is one. */
function words(text: string): string[] {
  const found: string[] = [];
  let word = "";
  let depth = 0;
  for (const sign of text) {
    if (sign === "(" || sign === "{") depth += 1;
    if (sign === ")" || sign === "}") depth -= 1;
    if (/\s/.test(sign) && depth <= 0) {
      if (word !== "") found.push(word);
      word = "";
    } else word += sign;
  }
  return word === "" ? found : [...found, word];
}

function withoutComment(line: string): string {
  return line.replace(/(^|[^\\])#.*$/s, "$1").replaceAll("\\#", "#");
}

/** Lines with a backslash at their end go on in the next one; of a recipe they do not matter. */
function* logicalLines(text: string, prefix: () => string): Generator<Line> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let i = 0; i < lines.length; i += 1) {
    const number = i + 1;
    let whole = lines[i]!;
    const recipe = whole.startsWith(prefix());
    while (/(^|[^\\])(\\\\)*\\$/.test(whole) && i + 1 < lines.length) {
      i += 1;
      whole = `${whole.slice(0, -1)} ${recipe ? lines[i]! : lines[i]!.trimStart()}`;
    }
    yield { text: whole, number };
  }
}
