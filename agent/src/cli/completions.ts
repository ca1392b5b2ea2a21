/** `tw completions SHELL`: a few lines for the shell that ask `tw __complete` what could stand next. */
import { spawn } from "node:child_process";
import type { Command as Commander, Option } from "commander";
import { UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { rememberedSlugs } from "./slug-cache.ts";

const SCRIPTS: { [shell: string]: string } = {
  bash: `# tw, for bash
_tw() {
  # Not COMP_WORDS: bash takes name=value for three words, and puts in only what stands behind the last = or :.
  local typed=\${COMP_LINE:0:COMP_POINT} kept= line
  local -a words
  read -ra words <<< "$typed"
  [[ $typed == *[[:space:]] ]] && words+=("")
  local cur=\${words[\${#words[@]} - 1]}
  [[ $cur == *[=:]* && $COMP_WORDBREAKS == *=* ]] && kept=\${cur%"\${cur##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    COMPREPLY+=("\${line#"$kept"}")
  done < <(tw __complete -- "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace
  [[ \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
}
complete -F _tw tw
`,
  zsh: `#compdef tw
# tw, for zsh
_tw() {
  local -a found open; local line name about
  while IFS= read -r line; do
    name=\${line%%$'\\t'*}; about=\${line#*$'\\t'}
    # What ends with = is not whole yet: no space follows it.
    if [[ $name == *= ]]; then open+=("\${name//:/\\\\:}:$about"); else found+=("\${name//:/\\\\:}:$about"); fi
  done < <(tw __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} + \${#open} )); then _describe 'tw' found -- open -S ''; else _files; fi
}
if [ "$funcstack[1]" = "_tw" ]; then _tw "$@"; else compdef _tw tw; fi
`,
  fish: `# tw, for fish
function __tw_complete
  set -l words (commandline -opc) (commandline -ct)
  tw __complete -- $words[2..-1] 2>/dev/null
end
complete -c tw -f -a '(__tw_complete)'
`,
};
/** Verbs whose next word is a command of the workspace. */
const TAKE_COMMAND = ["run", "plan", "commands", "explain"];
/** Of these, those that take its arguments too. */
const TAKE_ARGUMENTS = ["run", "plan"];
/** Options whose value is one. */
const NAME_COMMAND = ["--command"];
const OLD_MS = 600_000;

export function completions(shell: string): number {
  const script = SCRIPTS[shell];
  if (!script)
    throw new UsageError(`There are completions for ${Object.keys(SCRIPTS).join(", ")}, not for "${shell}".`);
  process.stdout.write(script);
  return EXIT.done;
}

/** What could stand where the last of these words begins, as `word<TAB>what it is`. */
export function complete(words: string[], program: Commander, env: NodeJS.ProcessEnv): string[] {
  const typed = words.at(-1) ?? "";
  let here = program;
  /** Words that are neither verbs nor options nor their values. */
  const free: string[] = [];
  /** The option whose value comes next. */
  let asks: Option | undefined;
  for (const word of words.slice(0, -1)) {
    const before = asks;
    asks = undefined;
    if (before) continue;
    const below = here.commands.find((one) => one.name() === word);
    if (below && free.length === 0) here = below;
    else if (word.startsWith("-"))
      asks = here.options.find((one) => one.required && (one.long === word || one.short === word));
    else free.push(word);
  }
  const options = () =>
    here.options.flatMap(({ long, description }) => (long ? [[long, description] as const] : []));
  const verbs = () =>
    here.commands
      .filter((one) => !one.name().startsWith("__"))
      .map((one) => [one.name(), one.description()] as const);
  const plain = (names: string[]) => names.map((name) => [name, ""] as const);
  const found = asks
    ? NAME_COMMAND.includes(asks.long ?? "")
      ? fromLibrary([], typed, env)
      : plain(asks.argChoices ?? [])
    : typed.startsWith("-")
      ? options()
      : here.commands.length > 0
        ? free.length === 0
          ? verbs()
          : []
        : TAKE_COMMAND.includes(here.name())
          ? free.length === 0 || TAKE_ARGUMENTS.includes(here.name())
            ? fromLibrary(free, typed, env)
            : []
          : here.name() === "completions" && free.length === 0
            ? plain(Object.keys(SCRIPTS))
            : [];
  return found
    .filter(([word]) => word.startsWith(typed))
    .map(([word, about]) => (about ? `${word}\t${about}` : word));
}

/** Commands of the workspace, then the names of the command's parameters, then the values one may have. */
function fromLibrary(free: string[], typed: string, env: NodeJS.ProcessEnv): (readonly [string, string])[] {
  const kept = rememberedSlugs(env);
  if (!kept || Date.now() - kept.at > OLD_MS) refresh();
  if (!kept) return [];
  if (free.length === 0) return kept.commands.map(({ slug }) => [slug, ""] as const);
  const command = kept.commands.find(({ slug }) => slug === free[0]);
  const parameters = command?.parameters ?? [];
  const [name = ""] = typed.split("=");
  const one = typed.includes("=") ? parameters.find((parameter) => parameter.name === name) : undefined;
  if (one) return (one.options ?? []).map((value) => [`${name}=${value}`, ""] as const);
  return parameters
    .filter((parameter) => !free.some((word) => word.startsWith(`${parameter.name}=`)))
    .map((parameter) => [`${parameter.name}=`, ""] as const);
}

/** Fetches the names for the next time, in a process of its own: a shell that completes waits for nobody. */
function refresh(): void {
  const main = process.argv[1];
  if (!main) return;
  spawn(process.execPath, [main, "commands", "--json"], { stdio: "ignore", detached: true }).unref();
}
