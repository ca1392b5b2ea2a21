/** Text as tokens: words, and things that are values whatever stands around them (paths, addresses, numbers, quoted text). Pure. */

export const TOKEN_KINDS = [
  "word",
  "quoted",
  "path",
  "glob",
  "url",
  "number",
  "hash",
  "flag",
  "sql",
  "mark",
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export interface Token {
  kind: TokenKind;
  /** As a value: without quotes. */
  text: string;
  /** Lower case, without accents and punctuation, for comparison. */
  word: string;
  /** Where it stands in the text. */
  start: number;
  end: number;
}

/** Spoken in several words, meant as one. Longest first. */
const PHRASES: [RegExp, string][] = [
  [/\b(?:rolling|rolled|roll) back\b/gi, "rollback"],
  [/\b(?:rolling|rolled|roll) out\b/gi, "deploy"],
  [/\b(?:going|go) live\b/gi, "deploy"],
  [/\b(?:backing|backed|back) up\b/gi, "backup"],
  [/\b(?:setting|set) up\b(?!stream)/gi, "setup"],
  [/\bcheck out\b/gi, "checkout"],
  [/\bpull request\b/gi, "pullrequest"],
  [/\bthrow (?:away|out)\b|\bget rid of\b|\bclean out\b/gi, "delete"],
  [/\bshut down\b|\bturn off\b/gi, "stop"],
  [/\btake away\b/gi, "revoke"],
  [/\bwrite down\b/gi, "add knowledge"],
  [/\blook up\b/gi, "search"],
  [/\blook for\b/gi, "search"],
  [/\bcatch up\b/gi, "pull"],
  [/\bget (me |us )?started\b/gi, "quickstart"],
  [/\bquick start\b|\bquick setup\b/gi, "quickstart"],
  // "console.log in src", "the log in staging": a log is there.
  [
    /\blogged in\b|(?<![.\w/-]|\b(?:the|a|an|this|that|my|our|git|show|tail|error|access|build) )\blog in\b/gi,
    "login",
  ],
  [/\bwhat'?s\b/gi, "what is"],
  [/\bwhere'?s\b/gi, "where is"],
  [/\bwho'?s\b/gi, "who is"],
  [/\bwhat (?:do|does) (?:we|i|anybody) know (?:about|of)\b(?! [a-z]+_\w)/gi, "search knowledge"],
  // "it needs a restart" and "I want a list" ask for nothing new.
  [
    /(?<!\b(?:it|they|you|that|this|not|who|longer|to|don't|does) )\b(?:(?:i|we) )?(?:need|want) an?\b(?! (?:list|look|overview|backup|copy|dump|summary|review|second|diff|check|quick|hand|way)\b)/gi,
    "create a",
  ],
  [/\bw\/o\b/gi, "without"],
  [/\bincl\.?(?= )/gi, "including"],
  [/\bcherrypick/gi, "cherry pick"],
  [/\b(?:throw|put|move|chuck|toss) (.{1,60}?) in(?:to)? the (?:bin|trash|rubbish|garbage)\b/gi, "delete $1"],
  [/\bput (.{1,30}) on (?:this|the|my) (?:machine|computer|laptop|server)\b/gi, "install $1"],
  [/\btell (me|us) (more )?about\b/gi, "show details of"],
  [/\b(?:let (?:me|us) (?:see|look at)|give (?:me|us))\b/gi, "show"],
  [/\bright now\b/gi, "now"],
  [/\bsign in\b|\bsigned in\b/gi, "login"],
  [/\b(?:get|bring) back (?!to\b)(.{1,40})/gi, "restore $1"],
  [/\b(?:get|bring) (.{1,40}?) back\b/gi, "restore $1"],
  [/\bput (.{0,40}) away\b/gi, "stash $1"],
  [/\bput (.{0,40}) aside\b/gi, "stash $1"],
];

/** Most texts hold none of them. */
const ANY_PHRASE = new RegExp(PHRASES.map(([seen]) => seen.source).join("|"), "i");

const QUOTED = /"((?:[^"\\]|\\.)*)"|'([^'\n]*)'(?!\w)|“([^”]*)”|«([^»]*)»|`([^`]*)`/y;
const URL_TOKEN = /(?:https?|ssh|file):\/\/[^\s"'<>]+|git@[\w.-]+:[^\s"'<>]+/y;
const FLAG = /--?[A-Za-z][\w-]*(?==)|--?[A-Za-z][\w-]*(?=[\s,;]|$)/y;
/** Between parts of a sentence. */
const MARK = /&&|\|\||[,;&|\n]/y;
/** A statement written out goes to the end of the text. */
const SQL =
  /select\s[^\n]+?\sfrom\s\S[^\n]*|with\s+\w+\s+as\s*\([^\n]*|(?:insert\s+into|delete\s+from|create\s+table|drop\s+table|alter\s+table)\s[^\n]*/iy;
/** Where it is run, said behind it: "… on the remote shopdb". */
const SQL_PLACE =
  /\s+(?:on|in|against)\s+(?:(?:the|my|our)\s+[\w-]+(?:\s+[\w-]+){0,2}|(?:remote|local|deployed|live|prod|production|staging)(?:\s+[\w-]+){0,2}|[\w-]+\s+(?:db|database))\s*[?.!]*$/i;
const CHUNK = /[^\s"“”«»,;&|]+/y;
const WINDOWS = /^[A-Za-z]:\\/;

/** Several spoken words as one: `roll back` → `rollback`. Quoted text stays. */
export function joinPhrases(text: string): string {
  return text
    .split(/("[^"]*"|'[^']*'(?!\w))/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : ANY_PHRASE.test(part)
          ? PHRASES.reduce((all, [seen, meant]) => all.replace(seen, meant), part)
          : part,
    )
    .join("");
}

/** The tokens of a text, in order. Never throws, whatever the text. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, value: string, end: number) => {
    tokens.push({ kind, text: value, word: plain(value), start: at, end });
    at = end;
  };
  while (at < text.length) {
    const mark = after(MARK, text, at);
    if (mark) {
      push("mark", mark[0], at + mark[0].length);
      continue;
    }
    const sql = /^$|[\s:]/.test(text[at - 1] ?? "") ? after(SQL, text, at) : null;
    if (sql) {
      const statement = sql[0].replace(SQL_PLACE, "");
      push("sql", statement.trim(), at + statement.length);
      continue;
    }
    const quoted = after(QUOTED, text, at);
    // An apostrophe within a word opens nothing.
    if (quoted && (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] as string))) {
      const value = quoted.slice(1).find((part) => part !== undefined) ?? "";
      push("quoted", value.replace(/\\(["\\])/g, "$1"), at + quoted[0].length);
      continue;
    }
    const url = after(URL_TOKEN, text, at);
    if (url) {
      const value = url[0].replace(/[.,;:!?)]+$/, "");
      push("url", value, at + value.length);
      continue;
    }
    const before = at === 0 ? " " : (text[at - 1] as string);
    const flag = /\s|=/.test(before) ? after(FLAG, text, at) : null;
    if (flag) {
      push("flag", flag[0], at + flag[0].length);
      if (text[at] === "=") at += 1;
      continue;
    }
    const chunk = after(CHUNK, text, at);
    if (chunk) {
      pushChunk(chunk[0], at, tokens);
      at += chunk[0].length;
      continue;
    }
    at += 1;
  }
  return tokens;
}

function pushChunk(chunk: string, start: number, tokens: Token[]): void {
  // Sentence marks at the edges are no part of a name; a lone dot is the directory.
  const lead = /^[([{:!?]+/.exec(chunk)?.[0].length ?? 0;
  let value = chunk.slice(lead);
  if (!/^\.{1,2}$/.test(value)) value = value.replace(/(?<=.)[.:!?)\]}]+$/, "");
  if (value === "" || value.endsWith(".") === false ? !/[\p{L}\p{N}.*/~_$-]/u.test(value) : false) return;
  tokens.push({
    kind: kindOf(value),
    text: value,
    word: plain(value),
    start: start + lead,
    end: start + lead + value.length,
  });
}

function kindOf(value: string): TokenKind {
  if (/^-?\d+(\.\d+)?$/.test(value)) return "number";
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return "hash";
  if (/^(?=[0-9a-f]*\d)[0-9a-f]{7,64}$/.test(value)) return "hash";
  if (/[*?]/.test(value) && value.length > 1 && /\w/.test(value)) return "glob";
  if (value === "." || value === ".." || WINDOWS.test(value)) return "path";
  if (/^v?\d+(\.\d+)+(-[\w.]+)?$/.test(value)) return "word";
  if (value.includes("/") || /^~/.test(value)) return "path";
  if (/^[\w@+-][\w@+.-]*\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(value) || /^\.[A-Za-z][\w.-]*$/.test(value))
    return "path";
  return "word";
}

function after(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Lower case, without accents; what is neither letter nor digit is dropped. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** The words of a name, an alias or a description. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase()
      .replace(/(\w)'(s|t|re|m|ll|ve)\b/gi, "$1$2")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

const IRREGULAR: { [word: string]: string } = {
  state: "state",
  states: "state",
  ran: "run",
  running: "run",
  runs: "run",
  built: "build",
  sent: "send",
  made: "make",
  got: "get",
  getting: "get",
  committed: "commit",
  committing: "commit",
  putting: "put",
  stopping: "stop",
  stopped: "stop",
  dependencies: "dependency",
  deps: "dependency",
  dep: "dependency",
  d1s: "d1",
  kvs: "kv",
  dbs: "db",
  directories: "directory",
  repositories: "repository",
  histories: "history",
  copies: "copy",
  copied: "copy",
  queries: "query",
  branches: "branch",
  processes: "process",
  stashes: "stash",
  patches: "patch",
  status: "status",
  access: "access",
  process: "process",
  people: "people",
  news: "news",
  is: "is",
  this: "this",
  was: "was",
  has: "has",
  does: "does",
  us: "us",
  ls: "ls",
  ps: "ps",
  tests: "test",
  types: "types",
  news_: "news",
  wrangler: "wrangler",
  diagnostics: "diagnostics",
  kubernetes: "kubernetes",
  sudo: "sudo",
  secret: "secret",
};

/** A word without its ending, so that `deploying`, `deploys` and `deployed` are one. Rough on purpose: both sides go through it. */
export function stem(word: string): string {
  const known = Object.hasOwn(IRREGULAR, word) ? IRREGULAR[word] : undefined;
  if (known !== undefined) return known;
  if (word.length > 5 && word.endsWith("ing")) return undouble(word.slice(0, -3));
  if (word.length > 4 && word.endsWith("ied")) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && word.endsWith("ed") && !word.endsWith("eed")) return undouble(word.slice(0, -2));
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us"))
    return undouble(word.slice(0, -1));
  return word.length > 4 && word.endsWith("e") ? word.slice(0, -1) : word;
}

const stems = new WeakMap<Token, string>();

/** The stem of a token's word, worked out once. */
export function stemOf(token: Token): string {
  let stemmed = stems.get(token);
  if (stemmed === undefined) {
    stemmed = stem(token.word);
    stems.set(token, stemmed);
  }
  return stemmed;
}

function undouble(word: string): string {
  if (word.length > 3 && /([bdgklmnprt])\1$/.test(word) && !/(ll|ss)$/.test(word)) return word.slice(0, -1);
  return word.length > 4 && word.endsWith("e") ? word.slice(0, -1) : word;
}
