/** Programs are started with an argv, never through a shell: what a definition may not hold so that it stays so. */
import type { ArgvItem } from "../contracts/definition.ts";
import type { Issue } from "../errors.ts";

/** Programs that run the text behind certain items as code, and those items. */
const INTERPRETERS: { names: RegExp; code: RegExp; what: string }[] = [
  {
    names: /^(sh|bash|zsh|dash|ksh|mksh|fish|ash|csh|tcsh|busybox)$/,
    code: /^(-[a-z]*c[a-z]*|--command(=.*)?|--init-command(=.*)?)$/i,
    what: "a shell",
  },
  { names: /^cmd$/, code: /^[/-][ckr]/i, what: "a shell" },
  { names: /^(powershell|pwsh)$/, code: /^[-/](c|e|f?command|enc)/i, what: "a shell" },
  { names: /^env$/, code: /^(-[a-z]*[sc]|--split-string(=.*)?)/i, what: "env" },
  {
    names: /^(node|nodejs|deno|bun)$/,
    code: /^(-[pe]+|--eval(=.*)?|--print(=.*)?|eval)$/,
    what: "an interpreter",
  },
  { names: /^(python|perl|ruby|php|lua)[\d.]*$/, code: /^-[a-z]*[cerR][a-z]*$/, what: "an interpreter" },
];
/** Started through these, the program that counts is the next one. */
const WRAPPERS =
  /^(env|sudo|doas|nohup|nice|ionice|time|timeout|xargs|stdbuf|setsid|command|exec|npx|busybox)$/;
const SENTENCE = /&&|\|\||;|\||`|\$\(|\r|\n/;

/** Issues of a program and its argv, at `path.program` and `path.argv.N`. */
export function shellIssues(path: string, program: string, argv: ArgvItem[]): Issue[] {
  const issues = argv.flatMap((item, index): Issue[] => {
    const text = literalOf(item);
    const sign = text === null ? null : SENTENCE.exec(text);
    return sign === null
      ? []
      : [
          {
            path: `${path}.argv.${index}`,
            message: `is a shell's sentence (it contains ${JSON.stringify(sign[0])}); programs get whole values, so write each step as a command of its own`,
          },
        ];
  });
  return [...issues, ...interpreterIssues(path, program, argv)];
}

function interpreterIssues(path: string, program: string, argv: ArgvItem[]): Issue[] {
  const words = [program, ...argv.map((item) => literalOf(item) ?? "")];
  for (let at = 0; at < words.length; at += 1) {
    const name = baseName(words[at]!);
    const found = INTERPRETERS.find(({ names }) => names.test(name));
    const code = found ? words.findIndex((word, index) => index > at && found.code.test(word)) : -1;
    if (found && code > 0)
      return [
        {
          path: `${path}.argv.${code - 1}`,
          message: `makes ${name} (${found.what}) run text as code; name the program itself and give it an argv`,
        },
      ];
    // Behind a wrapper any literal may be the program; else only the first word is one.
    if (!WRAPPERS.test(baseName(program))) break;
  }
  return [];
}

function baseName(program: string): string {
  return (program.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.(exe|cmd|bat)$/, "");
}

function literalOf(item: ArgvItem): string | null {
  if (typeof item === "string") return item;
  if ("literal" in item) return item.literal;
  if ("flag" in item) return item.flag;
  if ("join" in item) return item.join.map((part) => (typeof part === "string" ? part : "")).join("");
  return null;
}
