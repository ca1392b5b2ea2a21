/** justfiles: each public recipe becomes `just RECIPE args…`; one that asks at a terminal gets a checkpoint instead. */
import type { ArgvItem, Parameter } from "../contracts/definition.ts";
import {
  aliasesOf,
  baseName,
  described,
  type ImportFile,
  type ImportItem,
  PLAIN_VALUE,
  parameterName,
  ready,
  skipped,
  slugOf,
} from "./item.ts";
import { type JustParameter, type JustRecipe, readRecipes } from "./justfile-lines.ts";
import { inFolder } from "./package-json.ts";

const PLAIN = new RegExp(`^${PLAIN_VALUE}$`);
const STANDARD = /^\.?justfile$/i;
/** Recipes of these are for other machines than ours may be; just itself says so when they are called. */
const SYSTEMS = ["linux", "macos", "windows", "unix", "openbsd", "freebsd", "netbsd", "dragonfly", "android"];

/** Items of a justfile, in its order. */
export function readJustfile({ path, text }: ImportFile): ImportItem[] {
  const { recipes, aliases, elsewhere } = readRecipes(text);
  const missing = elsewhere.map((name) => `${name} is not followed: recipes there are not seen`);
  const seen = new Set<string>();
  return recipes.flatMap((recipe) => {
    const { name } = recipe;
    const draft = { kind: "justfile" as const, path, name, slug: slugOf("just", path, name) };
    if (seen.has(name))
      return [
        skipped(draft, "a recipe of this name stands above; which one is meant depends on the machine"),
      ];
    seen.add(name);
    const reason = notCallable(recipe);
    if (reason !== null) return [skipped(draft, reason)];
    const names = [...aliases].filter(([, target]) => target === name).map(([alias]) => `just ${alias}`);
    return itemsOf({ ...draft, warnings: missing }, recipe, names);
  });
}

function notCallable({ name, attributes, unread, parameters }: JustRecipe): string | null {
  if (name.startsWith("_") || attributes.has("private")) return "it is private";
  if (unread !== null) return unread;
  if (/\b(long|short|flag|value|multiple)\s*[=,)]|\b(long|short)\b/.test(attributes.get("arg") ?? ""))
    return "its parameters are options of its own ([arg(…, long)]), which are not read yet";
  const at = parameters.findIndex(
    (parameter) => parameter.default !== null && knownDefault(parameter) === null,
  );
  if (at >= 0 && at < parameters.length - 1)
    return `the default of ${parameters[at]!.name} is only known to just, and the arguments behind it could not be given without it`;
  return null;
}

function itemsOf(
  draft: { kind: "justfile"; path: string; name: string; slug: string; warnings: string[] },
  recipe: JustRecipe,
  aliases: string[],
): ImportItem[] {
  const { path, name } = draft;
  const confirm = recipe.attributes.get("confirm");
  const { parameters, argv } = parametersOf(recipe);
  const system = SYSTEMS.filter((one) => recipe.attributes.has(one));
  const warnings = [...draft.warnings, ...(system.length > 0 ? [`it is only for ${system.join(", ")}`] : [])];
  const file = STANDARD.test(baseName(path)) ? [] : ["--justfile", baseName(path)];
  const common = {
    description: described(recipe.doc, `Runs the recipe "${name}" of ${path}.`),
    category: "imported",
    parameters,
  };
  const inner = ready(
    confirm === undefined
      ? { ...draft, warnings }
      : { ...draft, warnings, slug: `${draft.slug}-unasked`.slice(0, 64) },
    {
      ...common,
      type: "builtin",
      name: name.slice(0, 100),
      ...(confirm === undefined ? {} : { effect: "destructive" as const }),
      aliases: confirm === undefined ? [...aliasesOf(name, `just ${name}`), ...aliases] : [],
      requires: [{ tool: "just" }, { file: baseName(path) }],
      definition: {
        program: "just",
        argv: [...file, ...(confirm === undefined ? [] : ["--yes"]), name, ...argv],
        ...inFolder(path),
      },
    },
  );
  if (confirm === undefined || inner.command === null) return [inner];
  // just would ask at a terminal, where nobody sits; here a checkpoint asks, and only its yes reaches just.
  const asked = ready(
    { ...draft, warnings: [...warnings, "just asks before it runs this; here a checkpoint does"] },
    {
      ...common,
      type: "workflow",
      name: name.slice(0, 100),
      effect: "destructive",
      aliases: [...aliasesOf(name, `just ${name}`), ...aliases],
      definition: {
        steps: [
          {
            id: "run",
            command: inner.slug,
            args: Object.fromEntries(parameters.map((p) => [p.name, { from: `args.${p.name}` }])),
            checkpoint: { prompt: prompt(confirm, name) },
          },
        ],
      },
    },
  );
  return [inner, asked];
}

/** A default that we can give in just's place: a plain text that means nothing to a shell. */
function knownDefault({ default: given }: Pick<JustParameter, "default">): string | null {
  if (given === null || given === "expression") return null;
  return PLAIN.test(given.text) && !given.text.startsWith("-") ? given.text : null;
}

function prompt(said: string, name: string): string {
  const text = /^\s*["'](.*)["']\s*$/s.exec(said)?.[1];
  return (text ?? `Run the recipe ${name}?`).slice(0, 2_000);
}

function parametersOf(recipe: JustRecipe): { parameters: Parameter[]; argv: ArgvItem[] } {
  const taken = new Set<string>();
  const parameters: Parameter[] = [];
  const argv: ArgvItem[] = [];
  for (const { name, kind, default: given } of recipe.parameters) {
    const param = parameterName(name, taken);
    const known = knownDefault({ default: given });
    const description =
      given !== null && known === null
        ? `${name} of the recipe; just works it out when it is not given`
        : `${name} of the recipe`;
    // A recipe's text takes the values as they are, so they must not mean anything to a shell.
    const base = { name: param, description, pattern: PLAIN_VALUE };
    if (kind === "one") {
      parameters.push({
        ...base,
        type: "string",
        required: given === null,
        max: 500,
        ...(known === null ? {} : { default: known }),
      });
      argv.push({ param });
    } else {
      parameters.push({
        ...base,
        type: "json",
        items: "string",
        required: kind === "plus" && given === null,
        min: kind === "plus" ? 1 : 0,
        max: 50,
      });
      argv.push({ each: param });
    }
  }
  return { parameters, argv };
}
