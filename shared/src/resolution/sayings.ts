/**
 * Ways to say what shall be done and to what, in classes: `spin up`, `provision` and `I need a` all ask for something new. What the
 * ranking learnt of one way holds for the others. Data; dots stand for up to four words between.
 */

/** What shall be done. */
export const DOINGS: { [doing: string]: string } = {
  create:
    "create, make, new, add, set up, set … up, setup, provision, spin up, spin … up, stand up, establish, allocate, i need a, i need an, we need a, we need an, " +
    "i need another, need a new, give me a fresh, give me a new, give me an empty, generate, scaffold, bootstrap, open a, open a new, start a, start a new, begin a, build me, " +
    "get me a, get another, want a new, want another, fresh, register, another, bring into being, found a, introduce, reserve, claim, blank, skeleton, boilerplate, starter",
  list:
    "list, which … are there, what … are there, what … is there, what … do we have, which … do we have, what … do i have, which … do i have, show all, see all, all the, all our, all my, " +
    "names of, name all, every, overview, enumerate, do we have any, are there any, is there any, which … exist, what … exist, which … exists, inventory, existing, catalogue, tell me all, give me all, everything we have, " +
    "what are our, what are the, which are",
  count: "how many, count, number of, amount of, total, tally",
  info:
    "details, detail, info, information, describe, tell me about, tell me everything about, inspect, facts, stats, statistics, properties, settings, look at, how is … configured, how is … set, look into, " +
    "more about, what do we know about, particulars, data of, record of, card, profile",
  size: "how big, how large, how heavy, how full, size, how much space, weigh, weight, how many bytes, how many kilobytes, how much room, space",
  remove:
    "delete, remove, drop, destroy, erase, wipe, nuke, get rid of, throw away, throw … away, throw out, throw … out, discard, kill, tear down, tear … down, take down, take … down, ditch, scrap, " +
    "trash, bin, dispose of, no longer need, no longer needed, not needed, not need, obsolete, must go, can go, has to go, should go, eliminate, clear out, retire, decommission, obliterate, strike, " +
    "do not need, dont need, axe, chuck, toss, zap, expunge, take out of, take … out of, unneeded, unused, superfluous, away with, be gone, be deleted, be removed, is gone for good, blow away, blow … away, cut, forget",
  empty:
    "purge, empty, flush, drain, clear, clear … out, all messages, everything in it, backlog, every message, clean out, wipe … messages, remove all messages",
  forever:
    "permanently, for good, forever, irrevocably, without trash, no trash, for ever, unrecoverably, hard delete",
  undo:
    "undo, revert, take back, take … back, reverse, back out, back … out, roll back, rollback, roll … back, unwind, by mistake, by accident, accidentally, oops, should not have, shouldnt have, did not mean, didnt mean, " +
    "was wrong, retract, withdraw, regret, was a mistake, too early, too soon, mistakenly, wrongly, undone, scrap that",
  restore:
    "restore, bring back, bring … back, get back, get … back, recover, put back, put … back, undelete, reinstate, resurrect, salvage, rescue, have … back, want … back, give … back, revive, come back, came back, return … to, retrieve the old, the old one",
  goback:
    "go back, back to, return to, switch back, previous, before, earlier, last one, where i was, was before, come from",
  update:
    "update, change, edit, modify, alter, amend, correct, fix, adjust, set … to, is now, has a new, has changed, now has, new address, new phone, new email, moved to, revise, refresh, make it, replace, rotate, overwrite",
  rename:
    "rename, new name, call it, should be called, is now called, name … to, give … another name, change … name, rechristen, retitle, be named, be called",
  move: "move, relocate, shift, transfer, mv, drag, put … into, put … in, shove, carry … over",
  copy: "copy, duplicate, cp, clone, replicate, mirror, copy of, second version, twin",
  start:
    "start, launch, boot, fire up, fire … up, bring up, bring … up, turn on, turn … on, switch on, switch … on, power up, get … going, get … running, begin, kick off, run",
  stop: "stop, halt, shut down, shut … down, turn off, turn … off, switch off, switch … off, end, quit, bring down, bring … down, power off, offline, cease, close",
  restart:
    "restart, reboot, bounce, relaunch, stop and start, off and on, reload, kick, cycle, recycle, start … again, fresh start, start afresh",
  pause:
    "pause, suspend, hold, hold back, on hold, freeze, for a while, for now, halt deliveries, stop deliveries, stop delivering, hold … back, put … on hold, wait until",
  resume:
    "resume, unpause, continue, go on, carry on, again, unfreeze, off hold, going again, flow again, reactivate, proceed, pick up again, paused, halted",
  upload:
    "upload, put … in, put … into, store, send, push … to, save … to, save … in, load … into, place … in, put … up, send … up, into the bucket, deposit, to the bucket",
  download:
    "download, fetch, get … from, get … out of, pull … from, grab, take … from, retrieve, pull down, pull … down, save locally, onto my disk, on my disk, to disk, from the bucket, out of the bucket, onto this machine, have … on",
  export: "export, dump, extract, write out, as sql, sql file, sql dump, save … as sql, dump … to",
  import: "import, load, read in, feed, seed, fill … with, populate, take in, ingest, bring in, run the file",
  backup:
    "backup, back up, back … up, safeguard, secure, safety copy, save everything, keep a copy, preserve, security copy, snapshot, archive",
  pack: "pack, zip, tar, compress, archive, bundle, tarball, gzip, wrap up",
  unpack: "unpack, unzip, untar, extract, decompress, uncompress, expand, inflate",
  prune:
    "prune, thin out, keep only, keep the newest, keep the last, old ones, older ones, outdated, rotate, all but the last, all but, leave only",
  run: "run, execute, perform, invoke, call, trigger, kick off, launch, fire, do the",
  check:
    "check, verify, validate, is … valid, is … ok, is … right, make sure, ensure, sanity, test, does … work, is … fine, are … ok, healthy, consistent, intact, correct, in order, integrity, confirm, prove",
  isup: "is … up, is … alive, is … running, is … online, does … answer, does … respond, is … reachable, responds, reachable, answers, answer, alive, is … live, is … down, works, ping",
  search:
    "search, find, look for, look up, look … up, where, locate, hunt, seek, scan, which … contain, containing, contains, mention, mentions, mentioned, does it say, hits, occurrences, grep, any … about",
  show: "show, display, print, view, see, read, what does … say, let me see, open, give me, output, look, what is in, whats in, contents, content of, tell me",
  compare:
    "compare, difference, differences, differ, differs, different, diff, side by side, against, versus, vs, next to each other, contrast, same, identical, match",
  deploy:
    "deploy, release, ship, publish, go live, make … live, put … live, bring … live, take … live, roll out, roll … out, launch, put … online, bring … online, to production, into production, to prod, live",
  activate:
    "activate, promote, make … active, traffic, percent, share, canary, gradual, gradually, split, switch … on",
  notlive:
    "without making … live, without activating, but not live, not live, without traffic, no traffic, without deploying, do not deploy, dont deploy, not activate, preview",
  commit: "commit, check in, check … in, record, save my work, save my changes",
  push: "push, push … up, send … to the server, to github, to origin, to the remote, onto the remote, onto the server, publish my branch, share my, upload my, to the server, on github, up to the remote",
  pull: "pull, get the latest, get the newest, bring … up to date, up to date, catch up, sync, what others, from the team, latest changes, newest changes, behind",
  stagework:
    "stage, to the index, in the index, into the index, for the next commit, for commit, for committing, staging, staging area",
  unstage:
    "unstage, out of the index, out of staging, out of the commit, from the next commit, from the index, unadd, not commit, from staging, leave … out, off the stage",
  aside:
    "aside, shelve, park, stash, stow, tuck, for later, put … away, set … aside, put … aside, lay … aside, out of the way, hide",
  unaside:
    "unstash, unshelve, pop, stashed … back, put aside, shelved, parked, put away, reapply, saved away, my stashed, out of the stash",
  discard:
    "discard, throw away my changes, lose my changes, drop my changes, undo my edits, revert the file, to the last committed, how it was, scrap my, forget my changes, original, committed version",
  keep: "keep, keeping, without losing, preserve, preserving, not lose, leave … alone, hold on to, stay, retain, carried along, untouched",
  switch:
    "switch, checkout, check out, change to, go to, move to, jump to, hop, switch over, take me to, get on, be on, work on, over to",
  noswitch:
    "without switching, not switch, do not switch, dont switch, without changing, dont change to, stay here, stay on, but stay",
  merge: "merge, combine, integrate, join, fold in, fold … into, unite, bring … into, get … into",
  pickone:
    "cherry pick, pick, only that commit, that one commit, single commit, one commit, onto this branch, over here, backport, port, transplant",
  who: "who, whose, whom, by whom, author, responsible",
  when: "when, since when, how long ago, at what time, last time, what day, how old, how long",
  allow:
    "allow, permit, grant, give … the right, let, authorise, authorize, entitle, may … now, should be able, give … access, empower, give … permission, hand … the right, be allowed to, give the right",
  deny: "revoke, no longer, not any more, not anymore, must not, may not, forbid, disallow, strip, withdraw, take away, take … away, remove the right, should not, any longer, deny, stop … from, lose, take … from",
  maymine:
    "what may, who may, am i allowed, may i, can i, what can, who can, allowed to, which rights, what rights, what are … allowed",
  hire: "hire, hired, joins, joined, new colleague, new employee, employ, starts with us, recruit, takes up, onboard, starts on, begins, new hire, team mate, start as, as designer, as developer",
  leave:
    "leave, leaves, leaving, left, quit, quits, resign, resigned, fired, let go, last day, offboard, does not work here, doesnt work here, not work here, gone, retire, retires, no longer works, doesnt work for us, no longer with us, dismissed",
  install:
    "install, set up on, on this machine, onto this machine, put … on this machine, get … installed, have … installed",
  loglive:
    "live logs, tail, stream, follow, watch, real time, realtime, right now, as they come, as it happens, monitor, incoming, listen",
  logs: "logs, log, output of, what did … print, printed, printed last, says, messages of, log lines, crash",
  format: "format, prettify, prettier, beautify, tidy, indentation, reformat, style, pretty, straighten",
  define:
    "defined, declared, definition, declaration, implementation, implemented, comes from, come from, lives, source of",
  uses: "used, uses, usages, usage, references, reference, callers, calls, who calls, call site, call sites, depends on, called from, every call, refer to",
  explain:
    "explain, what does claude, ask, question, tell me why, how does, what is the purpose, help me understand, walk me through",
  review:
    "review, feedback, critique, second opinion, find bugs, spot bugs, look over, go over, proofread, assess, judge",
  word: "commit message, message for, describe my changes, write a message, suggest a message, word, draft, headline, wording, description of my, title for",
  wait: "wait, sleep, pause, delay, hold on, for … seconds, for … minutes, seconds, minutes, idle, hang on",
  fail: "fail, error out, abort, on purpose, failure, crash, throw an error, raise, break",
  say: "say, echo, repeat, print the text, output the text, print the words, parrot, speak, utter",
  nothing: "nothing, do nothing, no op, noop, without doing anything, no operation, doing nothing",
  first: "first, beginning, top, start of, opening, header, begins, begin",
  last: "last, end, bottom, final, finishes, closing, ends, tail end, newest, latest, recent, recently, lately",
  begin:
    "get started, first steps, how do i begin, new here, quick start, tutorial, demo, try it out, try … out, where do i begin, example, from nothing, from scratch, introduction, beginner",
  record:
    "record, note that, write down, log that, register that, remember, book, make an entry, make a note, put on record, document",
  many: "bulk, mass, many, several, at once, in one go, batch, all of, all at once, a lot of, lots of, list of, multiple, together, listed in, set of, whole set",
  pending:
    "pending, not applied, unapplied, outstanding, left, open migrations, waiting, still to, remaining, missing migrations, yet to",
  newer:
    "outdated, newer, out of date, upgrade, upgraded, stale, behind, updates for, old versions, lag, newest version of",
  spend:
    "cost, costs, spend, spent, spending, expense, expenses, pay, paid, bills, bill, money, invoice, budget, expensive, charges",
};

/** What it shall be done to. */
export const THINGS: { [thing: string]: string } = {
  kv: "kv, key value, key value store, keyvalue, key values",
  namespace:
    "namespace, kv store, kv space, kv storage, key value store, key value storage, key value container, kv container, key value namespace, kv namespace, namespaces",
  kvkey:
    "kv key, kv keys, kv entry, kv value, key in kv, keys in kv, key, keys, entry, entries, pair, pairs, value, under the key",
  bucket: "bucket, buckets, r2 bucket, object storage, storage bucket, r2",
  object:
    "object, objects, r2 object, blob, file in the bucket, from the bucket, to the bucket, of the bucket, in the bucket, of bucket, from bucket, in bucket, into bucket, to bucket, off the bucket",
  database: "database, databases, db, dbs, d1, data base, data bases, sqlite, shopdb, testdb",
  migration: "migration, migrations, migrate, schema change, schema changes, schema",
  bookmark:
    "bookmark, time travel, timetravel, point in time, restore point, travel, rewind, turn back the clock, moment in time",
  sql: "sql, statement, select, query, queries, rows, insert into",
  table: "table, tables, columns, column, fields, relations",
  queue: "queue, queues, message queue, messages, producer, consumer, consumers, deliveries, delivery",
  secret:
    "secret, secrets, api key, token, password, credential, credentials, api token, api keys, key for the worker",
  worker: "worker, workers, script, serverless, edge, cloudflare worker",
  version: "version, versions, uploaded version, build, builds",
  deployment: "deployment, deployments, deploys, releases, rollouts, rollout, release",
  pages:
    "pages, site, website, static, static site, landing page, docs site, web site, sites, websites, static files, homepage, pages project",
  bindings: "bindings, binding, config binds, resources, bound, env interface, types, typings",
  config: "wrangler config, config, configuration, wrangler jsonc, wrangler toml, config file",
  cloudaccount:
    "cloudflare account, logged in, login, log in, sign in, signed in, authenticated, authenticate, authorised, account, whoami, identity",
  branch: "branch, branches, line of development, lines of development, feature branch",
  tag: "tag, tags, label, labels, version label, release label, marked commits",
  remote: "remote, remotes, origin, upstream, remote repository, remote url, origin url, mirror",
  commit: "commit, commits, revision, changeset, head",
  stash: "stash, stashes, shelf, shelved, stashed, parked",
  index: "index, staging area, staged, staging",
  changes:
    "changes, edits, modifications, my work, diff, local changes, changed, uncommitted, unsaved, what i changed, modified, touched",
  conflict: "conflict, conflicts, merge, conflicted, merging, merged",
  repository:
    "repository, repo, git project, repositories, version control, checkout, working copy, working tree, source code",
  line: "line, lines, each line, every line, line by line, per line",
  file: "file, files, document, documents",
  folder: "folder, folders, directory, directories, dir, dirs, path",
  archive: "archive, archives, tarball, backups, tar, zip",
  trash: "trash, bin, deleted file, removed file, deleted files, kept",
  disk: "disk, drive, hard drive, volume, storage left, space left, disk space",
  checksum: "checksum, hash, sha256, sha, digest, fingerprint",
  words: "words, lines, line count, word count, loc, characters",
  time: "time, date, clock, day, utc, today, timestamp",
  attributes: "permissions of, owner, owns, modified, last modified, metadata, mode, executable, rights of",
  process: "process, processes, pid, program, task, tasks, programs",
  tool: "tool, binary, executable, installed, program, command line tool, cli",
  service: "service, services, server, daemon, api, servers, web, dev server, background service",
  package:
    "package, packages, dependency, dependencies, library, libraries, module, modules, node modules, node_modules, npm package",
  packagejson: "package json, node project, npm project, node package",
  test: "test, tests, specs, test suite, unit tests, vitest, jest, suite, green",
  build: "build, compile, bundle, dist, production bundle, transpile, production build",
  script: "script, scripts, npm script, task, lint, package script",
  symbol: "function, class, variable, method, symbol, identifier, type, constant, interface, component",
  editor: "editor, cursor, ide, vscode, code editor, my editor",
  problems:
    "errors, warnings, type errors, typecheck, compiler, problems, squiggles, issues, complain, complains, diagnostics, red",
  codebase: "codebase, project, code, source, sources, whole project, project files, repo code",
  claude: "claude, ai, assistant, model, claude code, llm",
  client: "client, clients, customer, customers, company we work for, companies, account, accounts, cli",
  employee:
    "employee, employees, staff, colleague, colleagues, personnel, workforce, team mate, headcount, team, emp, hire, people working",
  user: "user, users, member, members, people, person, accounts, who is in, everybody, everyone",
  group: "group, groups, team, teams",
  permission:
    "permission, permissions, right, rights, access, privilege, privileges, scope, scopes, role, roles, approve, checkpoints",
  knowledge:
    "knowledge, wiki, handbook, knowledge base, article, articles, docs, documentation, documented, howto, guide, note, notes, page, know",
  workspace:
    "workspace, in here, platform, shared, our files, team's files, shared storage, workspace file, workspace files, stored file, stored files",
  cost: "cost, costs, expense, expenses, spending, bills, csv, invoice, invoices",
  system:
    "systems, infrastructure, everything, platform, whole workspace, all systems, agents, health, overall, fire",
  machine:
    "machine, computer, laptop, environment, prerequisites, requirements, setup, tools, this box, my box",
  project: "project, checkout, repo, new project, codebase",
  page: "url, page, endpoint, site, http, website, health, link, address",
  startup: "startup, cold start, boot, start up, starts, start time, starting",
  traffic: "traffic, percent, share, requests, rollout",
  everything: "everything, all, whole, complete, full, the lot, entire, completely",
  local: "local, locally, on my machine, here",
  backup: "backup, backups, safety copy, archive, archives",
};
