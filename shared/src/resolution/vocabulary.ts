/**
 * Words that mean the same, or nearly. Data: to teach the whole product a word, put it into a row; to teach one command,
 * give that command an alias. Pure.
 */
import { stem } from "./words.ts";

/** A concept, the words that are it, and after them those that are nearly it with how nearly (0 to 1). */
type Row = [concept: string, same: string, near?: { [words: string]: number }];

const ROWS: Row[] = [
  [
    "show",
    "show display print view see output zeig zeige",
    { "list read get give open": 0.6, "look tell what which": 0.4 },
  ],
  [
    "list",
    "list enumerate overview liste auflisten",
    { "show which display exist": 0.7, "all what view get existing": 0.4 },
  ],
  ["read", "read cat", { "show print display open view": 0.8, "say get content what": 0.5 }],
  ["get", "get fetch retrieve grab obtain", { "show read download": 0.7, details: 0.6 }],
  [
    "remove",
    "remove delete rm erase trash drop destroy unlink discard chuck del losche loschen entferne",
    { "clean prune revoke": 0.5 },
  ],
  [
    "create",
    "create make new mk generate scaffold erstelle erzeuge neu neue neuen",
    { "add start init begin setup": 0.6 },
  ],
  ["add", "add append insert", { "create put new write register connect link attach": 0.6 }],
  ["update", "update change edit modify alter", { set: 0.5 }],
  ["copy", "copy cp duplicate dupe kopiere kopieren", { clone: 0.5 }],
  ["move", "move mv", { rename: 0.7 }],
  ["rename", "rename umbenennen", { "move name": 0.5 }],
  ["directory", "directory folder dir ordner verzeichnis", { "place path": 0.4 }],
  ["file", "file document datei dateien", { "object content": 0.5 }],
  ["search", "search find grep seek suche suchen", { "look query contain locate where lookup": 0.75 }],
  ["find", "find locate", { "search look where": 0.75 }],
  ["where", "where", { "which locate": 0.4 }],
  ["text", "text word string", { "pattern code content": 0.6 }],
  ["commit", "commit ci", { "save record": 0.7 }],
  ["save", "save", { "commit record keep": 0.6 }],
  ["push", "push", { "upload send publish": 0.6 }],
  ["pull", "pull", { "update sync": 0.7, "fetch get newest latest": 0.55 }],
  ["stage", "stage", { add: 0.8, index: 0.6 }],
  ["staged", "staged staging index cached", {}],
  ["deploy", "deploy deployment ship release publish deploys launch rollout redeploy", {}],
  ["login", "login signin logon anmelden", { connect: 0.4 }],
  ["rollback", "rollback", { "undo revert restore": 0.7, "back previous": 0.5 }],
  ["undo", "undo", { "revert rollback cancel abort": 0.7, back: 0.5 }],
  ["revert", "revert", { undo: 0.6, rollback: 0.4 }],
  ["restore", "restore recover", { "import undo back bring put": 0.6 }],
  ["status", "status state", { "health doing up well": 0.6, "how clean": 0.4 }],
  ["health", "health healthy", { "status up doing well check": 0.6 }],
  ["up", "up alive online answer respond reachable ping return", { "run ok": 0.5 }],
  ["change", "change modification modified edit", { "diff difference uncommitted": 0.6 }],
  ["uncommitted", "uncommitted unsaved", { "modified change dirty": 0.6 }],
  ["diff", "diff difference", { "change compare": 0.6, line: 0.4 }],
  ["history", "history log", { "recent last commit": 0.5 }],
  ["log", "log history", { "tail stream": 0.5 }],
  ["tail", "tail stream follow live", { log: 0.7, "end last watch": 0.6 }],
  ["head", "head", { "first beginning top start": 0.7 }],
  ["last", "last latest newest recent", { "end previous": 0.5 }],
  ["first", "first beginning top", {}],
  ["branch", "branch", {}],
  ["tag", "tag label", { mark: 0.8 }],
  ["checkout", "checkout switch wechsel wechsle", { "change go hop jump": 0.6 }],
  ["merge", "merge combine", { bring: 0.5 }],
  ["stash", "stash shelve", { "aside away later": 0.5 }],
  ["unstash", "unstash pop", { "back bring restore": 0.6 }],
  ["clone", "clone", { "copy checkout download": 0.5 }],
  ["repository", "repository repo git", { project: 0.4 }],
  ["remote", "remote upstream origin", {}],
  ["install", "install installiere reinstall", { "add setup": 0.5 }],
  ["dependency", "dependency package module library", {}],
  ["test", "test spec teste", { "check verify": 0.5, unit: 0.5 }],
  ["build", "build rebuild compile bundle", { make: 0.5 }],
  ["script", "script task", {}],
  ["run", "run execute perform exec", { "do start": 0.5 }],
  ["format", "format prettify prettier beautify reformat", {}],
  ["database", "database db d1", { sql: 0.5, table: 0.4 }],
  ["sql", "sql", { "query select": 0.7, database: 0.4 }],
  ["query", "query select", { "sql ask": 0.7, search: 0.5, row: 0.6 }],
  ["table", "table schema", { row: 0.5 }],
  ["migrate", "migrate migration migrations", {}],
  ["pending", "pending outstanding open unapplied", {}],
  ["apply", "apply", { run: 0.6 }],
  ["export", "export dump", { "save backup": 0.5 }],
  ["import", "import load", { "restore fill seed": 0.6 }],
  ["backup", "backup archive sicherung", { "pack zip compress": 0.6, "save export": 0.5 }],
  ["upload", "upload", { "put send push store": 0.7 }],
  ["download", "download", { "get fetch save": 0.6 }],
  ["put", "put set store", { "upload write save add": 0.6 }],
  ["set", "set put", { "change store add": 0.6 }],
  ["secret", "secret credential", { "key password variable": 0.4 }],
  ["bucket", "bucket", { r2: 0.6, storage: 0.5 }],
  ["r2", "r2", { "bucket storage store object": 0.5 }],
  ["object", "object blob", { file: 0.6 }],
  ["kv", "kv", {}],
  ["queue", "queue", {}],
  ["worker", "worker", { wrangler: 0.5, cloudflare: 0.4 }],
  ["wrangler", "wrangler", { "worker cloudflare": 0.5 }],
  ["cloudflare", "cloudflare cf", { wrangler: 0.5 }],
  ["pages", "pages page", { "site static website": 0.6 }],
  ["site", "site website webpage homepage page", { "url address": 0.5, deployment: 0.3 }],
  ["version", "version", {}],
  ["types", "types typings", {}],
  ["check", "check verify validate prufe", { "test is does": 0.5 }],
  ["verify", "verify check", { "test smoke": 0.6 }],
  ["client", "client customer", {}],
  ["user", "user member people team account everybody everyone colleague", { "who person colleague": 0.5 }],
  ["employee", "employee staff personnel hire", { "work who people team colleague": 0.5 }],
  ["cost", "cost spend expense bill spending money budget price pay", {}],
  ["permission", "permission right access privilege", { "may role allowed can": 0.6 }],
  ["role", "role", { permission: 0.6, "approver operator owner viewer admin": 0.7 }],
  ["grant", "grant give allow assign", { "add make": 0.5 }],
  ["revoke", "revoke withdraw", { "remove take": 0.7 }],
  ["infrastructure", "infrastructure infra", { "system everything workspace": 0.6 }],
  ["system", "system workspace", { infrastructure: 0.6, everything: 0.5 }],
  ["knowledge", "knowledge wiki kb", { "know doc documentation article note": 0.7 }],
  ["article", "article note doc documentation", { knowledge: 0.6 }],
  ["service", "service daemon", {}],
  ["start", "start launch boot starte", { "run begin up": 0.5 }],
  ["stop", "stop halt terminate end stoppe beende", { kill: 0.7, down: 0.4 }],
  ["restart", "restart bounce reload", {}],
  ["kill", "kill terminate", { "stop end": 0.7 }],
  ["process", "process pid", { "program running": 0.6 }],
  ["program", "program tool binary executable", { process: 0.6 }],
  ["installed", "installed available", {}],
  ["project", "project", { "app application": 0.7 }],
  ["setup", "setup prepare scaffold bootstrap", { "create init start": 0.6 }],
  ["quickstart", "quickstart begin beginner", { "start setup": 0.6 }],
  ["init", "init initialise initialize", { "make start create": 0.6 }],
  ["editor", "editor ide cursor vscode", {}],
  ["cursor", "cursor", { "editor ide code": 0.6 }],
  ["open", "open", { show: 0.4 }],
  ["reference", "reference usage used", { "use call": 0.7 }],
  ["symbol", "symbol variable function class identifier method", {}],
  ["definition", "definition declaration defined", {}],
  ["diagnostics", "diagnostics diagnostic", { "problem error": 0.6 }],
  ["claude", "claude ai", {}],
  ["ask", "ask", { question: 0.6 }],
  ["review", "review", { check: 0.4 }],
  ["suggest", "suggest propose", { "write generate": 0.6 }],
  ["message", "message", {}],
  ["wait", "wait sleep pause delay", {}],
  ["echo", "echo say", {}],
  ["nothing", "nothing noop", {}],
  ["everything", "everything all stuff", { "whole full": 0.5 }],
  ["full", "full complete whole", { everything: 0.5 }],
  ["deployments", "deployments", {}],
  ["working", "working", {}],
  ["active", "active live current", {}],
  ["current", "current", { "this here am": 0.5 }],
  ["here", "here", { "this current": 0.5 }],
  ["size", "size big large", {}],
  ["dry", "dry", { "try without": 0.5 }],
  ["bulk", "bulk batch multiple several many", { all: 0.6 }],
  ["pause", "pause suspend", { "hold stop wait": 0.6 }],
  ["resume", "resume unpause continue", { "start release": 0.5 }],
  ["leave", "leave left quit resign", {}],
  ["purge", "purge flush", { "empty clear delete": 0.6 }],
  ["percent", "percent share traffic", {}],
  ["edit", "edit open", {}],
  ["declared", "declared declaration defined definition", {}],
  ["empty", "empty clear", { "purge flush": 0.7 }],
  ["prune", "prune", { "old remove": 0.5 }],
];

/** Words that say little; they count a little, so that "where am I" is still itself. */
const WEAK = new Set(
  (
    "a an the my our your this that these those it its please can could you would i we want wants need to lets let me us for of is are am be " +
    "there do does did so now just some any with and in on at from into by as or if then than really kindly hey ok okay go want " +
    "have has had will shall should may might must how what which who whom when where why one ones here using use via them they " +
    "called named been being was were into onto up out off over all every each again also too very much many more most " +
    "pls plz thanks thx gimme whats wheres hows whos im id ive dont cant lets currently still ever yet really actually lately quickly too " +
    "about bitte mir mich ich der die das den dem ein eine einen und mit von zum zur auf im ist sind mal"
  ).split(" "),
);

export interface Meaning {
  concept: string;
  weight: number;
}

/** Another word for the same is nearly as good as the word itself. */
export const SAME = 0.97;

const MEANINGS = new Map<string, Meaning[]>();
const WORDS = new Set<string>();
for (const [concept, same, near = {}] of ROWS) {
  for (const word of same.split(" ")) mean(word, concept, SAME);
  for (const [words, weight] of Object.entries(near))
    for (const word of words.split(" ")) mean(word, concept, weight);
}

function mean(word: string, concept: string, weight: number): void {
  WORDS.add(word);
  const key = stem(word);
  const all = MEANINGS.get(key) ?? [];
  const held = all.find((one) => one.concept === concept);
  if (held) held.weight = Math.max(held.weight, weight);
  else all.push({ concept, weight });
  MEANINGS.set(key, all);
}

/** What a stemmed word means: itself, and the concepts it is a word for. */
export function meaningsOf(stemmed: string): readonly Meaning[] {
  const known = MEANINGS.get(stemmed);
  const self = { concept: `=${stemmed}`, weight: 1 };
  return known ? [self, ...known] : [self];
}

/** Is it a word that the vocabulary knows? */
export function isKnown(stemmed: string): boolean {
  return MEANINGS.has(stemmed);
}

/** Is it a word of the vocabulary as it stands, or its plural? A name that only has the same stem is none: `billing` is no `bill`. */
export function isWordOf(word: string): boolean {
  return WORDS.has(word) || (word.endsWith("s") && WORDS.has(word.slice(0, -1)));
}

export function isWeak(word: string): boolean {
  return WEAK.has(word);
}

/** All words of the vocabulary, stemmed, for spelling. */
export function vocabularyWords(): string[] {
  return [...MEANINGS.keys()];
}
