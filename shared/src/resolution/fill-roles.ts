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
    "environment",
    "remote",
    "output",
    "branch",
    "version",
    "new_name",
    "user",
    "email",
    "group",
    "commit",
    "key",
    "value",
    "into",
  ],
  into: ["to", "directory", "into", "output", "database", "department"],
  from: ["from", "start", "file", "remote", "database", "user", "email", "url"],
  in: ["path", "directory", "folder", "into", "bucket", "database", "env", "environment", "department"],
  against: ["commit", "branch"],
  since: ["commit", "from", "at"],
  under: ["path", "key", "prefix", "into"],
  below: ["path"],
  beneath: ["path"],
  inside: ["path", "directory"],
  within: ["path"],
  with: ["file", "email"],
  on: ["database", "env", "environment"],
  at: ["url", "path"],
  of: [
    "symbol",
    "author",
    "path",
    "file",
    "env",
    "environment",
    "worker",
    "database",
    "department",
    "user",
    "email",
  ],
  by: ["author", "user"],
  as: ["key", "message", "name", "to", "title"],
  for: ["query", "q", "env", "environment", "database", "question", "category"],
});

/** `message fix it`, `named cart`: words that introduce a parameter beside its own name. */
export const MARKERS: { [parameter: string]: readonly string[] } = table({
  message: ["message", "saying", "msg"],
  name: ["named", "called", "titled", "name"],
  title: ["titled", "called", "named", "title"],
  notes: ["note"],
  to: ["called", "named", "as"],
  new_name: ["called", "named"],
  path: ["called", "named", "folder", "directory"],
  directory: ["folder"],
  user: ["give", "grant", "allow", "remove"],
  env: ["env", "environment"],
  branch: ["branch"],
  author: ["author"],
  query: ["about"],
  q: ["about"],
  text: ["about", "containing", "contains", "saying", "says"],
  pattern: ["word", "text", "pattern"],
  pid: ["pid", "process"],
  script: ["script", "run"],
  key: ["key", "secret"],
  bucket: ["bucket"],
  service: ["service"],
  body: ["body"],
  url: ["url"],
  column: ["column"],
  line: ["row"],
});

/** Other words for what a parameter names. */
export const NOUNS: { [noun: string]: readonly string[] } = table({
  database: ["db", "d1"],
  d1: ["db", "database"],
  directory: ["folder", "dir"],
  path: ["file", "folder", "directory"],
  program: ["tool", "binary"],
  key: ["entry", "object"],
  file: ["document"],
  binding: ["namespace"],
  content_type: ["type"],
  client: ["customer"],
  environment: ["env"],
  symbol: ["function", "class", "method", "variable", "constant", "type", "interface", "component", "hook"],
});

/** Words that switch a boolean on; a parameter's own name does too. */
export const SWITCHES: { [parameter: string]: readonly string[] } = table({
  all: ["hidden", "everything", "all", "on the server"],
  long: ["long", "details"],
  dry_run: ["dry run", "dryrun", "without uploading", "what would", "would be", "only show", "just show"],
  ignore_case: ["ignore case", "ignoring case", "case insensitive", "upper or lower case", "any case"],
  case_sensitive: ["case sensitive", "case matters", "match case", "exact case"],
  fixed: ["literally", "literal", "verbatim"],
  replace: ["overwrite", "overwriting", "replacing"],
  local: ["local", "locally", "on this machine"],
  staged: ["staged", "cached", "about to be committed"],
  create: ["new"],
  stat: ["summary"],
  allow_empty: ["empty"],
  clean: ["scratch", "lockfile", "lock file", "frozen"],
  untracked: ["new files", "including new"],
  set_upstream: ["set upstream", "set the upstream", "track it upstream"],
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
  f: ["files", "file"],
  "/": ["folders", "as folders"],
  TERM: ["gracefully", "politely"],
  KILL: ["forcefully", "forcibly", "by force", "hard"],
  INT: ["interrupt", "ctrl-c"],
  reads: ["rows read", "read rows"],
  writes: ["rows written", "written rows"],
  HUP: ["hang up", "hangup"],
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

/** Numbers as words. "One" is more often no number. */
export const NUMBERS: { [word: string]: number } = table({
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  ninety: 90,
  hundred: 100,
  thousand: 1_000,
});
/** Signals as `kill` numbers them. */
export const SIGNALS: { [number: string]: string } = table({
  1: "HUP",
  2: "INT",
  9: "KILL",
  15: "TERM",
  18: "CONT",
  19: "STOP",
});
/** Directories that projects have, and that people name without a slash. */
export const USUAL_DIRECTORIES = new Set(
  (
    "src dist build out lib libs bin docs doc public assets node_modules packages apps test tests spec scripts config logs log " +
    "tmp temp vendor migrations coverage fixtures templates uploads backups target"
  ).split(" "),
);
