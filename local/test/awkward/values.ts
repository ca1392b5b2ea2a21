/** Values that mean something to a shell, to a program's options, to git or to a file system. Each must arrive as itself. */

/** By what a table calls them. */
export const AWKWARD: { [called: string]: string } = {
  plain: "plain.txt",
  spaces: " two  spaces ",
  "single quote": "it's",
  "double quote": 'say"hi"',
  "line break": "line\nbreak",
  tab: "tab\tstop",
  "leading dash": "-rf",
  "option with a value": "--output=canary-out",
  dashes: "--",
  "a dash": "-",
  substitution: "$(canary)",
  backticks: "`canary`",
  semicolon: "a;canary",
  and: "a&&canary",
  pipe: "a|canary",
  variable: "$HOME",
  glob: "*",
  "glob of names": "[a-z]?*.txt",
  braces: "{a,b}",
  "pathspec magic": ":(exclude)x",
  colon: "host:file",
  bracket: "(",
  "exclamation mark": "!",
  "branch before": "@{-1}",
  hash: "#hash",
  percent: "%s%n",
  // A dot twice to programs that take a backslash for more than itself.
  backslash: "a\\056b",
  combining: "e\u0301",
  "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd",
  emoji: "\u{1f469}\u200d\u{1f4bb}",
  "255 bytes": `${"é".repeat(127)}x`,
};

/** They lead out, or are no value at all. `OUT` stands for the real directory outside of the root. */
export const LEADING_OUT: { [called: string]: string } = {
  nothing: "",
  "a NUL": "a\0b",
  "half a character": "a\ud800",
  "above the root": "../../../outside/secret.txt",
  "above by a detour": "link-dir/../../../outside/secret.txt",
  absolute: "OUT/secret.txt",
  home: "~/secret.txt",
  "link to a file outside": "link-file",
  "through a link to a directory outside": "link-dir/secret.txt",
  "link to nowhere outside": "link-nowhere",
  "through two links": "link-second/secret.txt",
};

/** Of those, the ones that only the machine itself can tell. */
export const LINKS: string[] = [
  "link to a file outside",
  "through a link to a directory outside",
  "link to nowhere outside",
  "through two links",
];

export const everyValue = (outside: string): Map<string, string> =>
  new Map(
    Object.entries({ ...AWKWARD, ...LEADING_OUT }).map(([called, value]) => [
      called,
      value.replace("OUT", outside),
    ]),
  );
