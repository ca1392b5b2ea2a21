/** Which word introduces which parameter: data for filling arguments. Names are those that definitions use. */

/** A table that holds only what is written in it: "constructor" is a word like any other. */
function table<T>(rows: { [word: string]: T }): { [word: string]: T } {
  return Object.assign(Object.create(null), rows);
}

/** `to staging`, `into docs/`, `from origin`: parameters that a preposition may introduce, likeliest first. */
export const PREPOSITIONS: { [word: string]: readonly string[] } = table({
  to: [
    "to",
    "env",
    "remote",
    "output",
    "branch",
    "version",
    "new_name",
    "user",
    "email",
    "group",
    "key",
    "value",
  ],
  into: ["to", "directory", "into", "output", "database"],
  from: ["from", "file", "remote", "user", "email", "url"],
  in: ["path", "directory", "folder", "bucket", "database", "env", "department"],
  against: ["commit", "branch"],
  since: ["commit", "from", "at"],
  under: ["path", "key", "prefix"],
  with: ["file", "email"],
  on: ["database", "env"],
  at: ["url", "path"],
  of: ["symbol", "path", "file", "env", "user", "email"],
  by: ["author", "user"],
  as: ["key", "message", "name", "to", "title"],
  for: ["query", "q", "env", "question"],
});

/** `message fix it`, `named cart`: words that introduce a parameter beside its own name. */
export const MARKERS: { [parameter: string]: readonly string[] } = table({
  message: ["message", "saying", "msg"],
  name: ["named", "called", "name"],
  to: ["called", "named", "as"],
  new_name: ["called", "named"],
  path: ["called", "named", "folder", "directory"],
  directory: ["folder"],
  user: ["give", "grant", "allow"],
  env: ["env", "environment"],
  branch: ["branch"],
  author: ["author"],
  query: ["about"],
  q: ["about"],
  text: ["about"],
  pattern: ["word", "text", "pattern"],
  pid: ["pid", "process"],
  script: ["script", "run"],
  key: ["key", "secret"],
  bucket: ["bucket"],
  service: ["service"],
  body: ["body"],
  url: ["url"],
  column: ["column"],
});

/** Words that switch a boolean on; a parameter's own name does too. */
export const SWITCHES: { [parameter: string]: readonly string[] } = table({
  all: ["hidden", "everything", "all"],
  long: ["long", "details"],
  dry_run: ["dry run", "dryrun", "without uploading"],
  ignore_case: ["ignore case", "case insensitive"],
  create: ["new"],
  staged: ["staged", "cached"],
  stat: ["summary"],
  allow_empty: ["empty"],
  clean: ["scratch"],
  untracked: ["new files", "including new"],
  set_upstream: ["set upstream"],
});

/** What people say for an option whose name is short. */
export const OPTIONS: { [option: string]: readonly string[] } = table({
  weur: ["western europe", "west europe"],
  eeur: ["eastern europe", "east europe"],
  apac: ["asia pacific", "asia"],
  oc: ["oceania", "australia"],
  wnam: ["western north america", "west coast"],
  enam: ["eastern north america", "east coast"],
  d: ["directories", "folders", "directory", "folder"],
});

/** Names of environments people say without declaring them. */
export const ENVIRONMENTS = [
  "production",
  "staging",
  "preview",
  "development",
  "canary",
  "test",
  "qa",
  "prod",
  "dev",
  "stage",
];
export const SHORT_ENVIRONMENTS: { [short: string]: string } = table({
  prod: "production",
  dev: "development",
  stage: "staging",
});
/** Parameters whose text may be several words although nothing quotes it. */
export const PROSE = new Set([
  "q",
  "message",
  "query",
  "question",
  "text",
  "title",
  "body",
  "content",
  "note",
  "pattern",
  "prompt",
]);
export const SECONDS: { [unit: string]: number } = table({
  second: 1,
  sec: 1,
  minut: 60,
  min: 60,
  hour: 3600,
  day: 86_400,
});
/** How files of a kind end. */
export const ENDINGS: { [kind: string]: string } = table({
  markdown: "md",
  typescript: "ts",
  javascript: "js",
  python: "py",
  json: "json",
  yaml: "yaml",
  sql: "sql",
  html: "html",
  css: "css",
  toml: "toml",
});
