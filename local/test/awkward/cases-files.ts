/** Commands on files, and on the machine. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Case, Given } from "./case.ts";
import { tokenOf } from "./repository.ts";
import { AWKWARD, everyValue, LEADING_OUT } from "./values.ts";

const at = ({ dir, value }: Given) => join(dir, value);
const content = (given: Given) => readFileSync(at(given), "utf8");
/** A file of that name that holds the token. */
const file = (given: Given) => writeFileSync(at(given), `${given.token}\n`);
const directory = (given: Given) => {
  mkdirSync(at(given));
  writeFileSync(join(at(given), given.token), "");
};
const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
const printed = ({ token }: Given, _step: unknown, log: string) =>
  expect(log.split(`${token}\n`), "printed once").toHaveLength(2);
const isLink = ({ value }: Given) => value.startsWith("link-");

const reading = (command: string, arrived: Case["arrived"], more: Partial<Case> = {}): Case => ({
  command,
  param: "path",
  takes: "path",
  setup: file,
  args: ({ value }) => ({ path: value }),
  arrived,
  reads: true,
  ...more,
});

export const FILES: Case[] = [
  {
    ...reading("which", (_, { outputs }) => expect(outputs?.path).toMatch(/\/ls$/)),
    param: "name",
    takes: ["plain"],
    setup: () => {},
    args: ({ called, value }) => ({ name: called === "plain" ? "ls" : value }),
  },
  reading(
    "cd",
    (given, { outputs }) => expect(outputs).toEqual({ directory: at(given).replace(/(?<=.)\/$/, "") }),
    {
      setup: directory,
      // What `pwd` prints is read by the line.
      no: () => false,
    },
  ),
  reading("ls", ({ token }, { outputs }) => expect(outputs?.entries).toEqual([token]), { setup: directory }),
  reading("cat", printed),
  reading("head", printed),
  reading("tail", printed),
  {
    ...reading("grep", ({ token }, { outputs }) =>
      expect(((outputs?.matches ?? []) as string[]).join("\n")).toMatch(new RegExp(`1:${token}$`)),
    ),
    args: ({ value, token }) => ({ path: value, pattern: token, fixed: true }),
  },
  {
    ...reading("grep", (given, { outputs }) =>
      expect(outputs?.matches).toEqual([`./file-${given.token}:1:<${given.value}>`]),
    ),
    param: "pattern",
    takes: Object.keys({ ...AWKWARD, ...LEADING_OUT }).filter(
      (called) => !["line break", "a NUL", "half a character"].includes(called),
    ),
    setup: ({ dir, token, value }) => writeFileSync(join(dir, `file-${token}`), `<${value}>`),
    args: ({ value }) => ({ pattern: `<${value}>`, fixed: true }),
  },
  {
    ...reading("find", ({ token }, { outputs }) =>
      expect(((outputs?.paths ?? []) as string[]).at(-1)).toMatch(new RegExp(`/${token}$`)),
    ),
    setup: directory,
    args: ({ value }) => ({ path: value, type: "f" }),
  },
  {
    ...reading("find", ({ token, value }, { outputs }) =>
      expect(((outputs?.paths ?? []) as string[]).join("\n")).toBe(`./${token}/${value}`),
    ),
    param: "name",
    // A name has no slash; find would never find one.
    takes: [...everyValue("/outside")]
      .filter(
        ([called, value]) =>
          !value.includes("/") && !["nothing", "a NUL", "half a character"].includes(called),
      )
      .map(([called]) => called),
    setup: (given) => {
      mkdirSync(join(given.dir, given.token));
      writeFileSync(join(given.dir, given.token, given.value), "");
    },
    // The pattern language of find is what the parameter is for; here a name is meant.
    args: ({ value }) => ({ name: value.replace(/[*?[\]\\]/g, "\\$&"), type: "f" }),
  },
  reading("wc", ({ token }, { outputs }) =>
    expect(outputs).toEqual({ lines: "1", words: "1", bytes: String(token.length + 1) }),
  ),
  reading("du", (_, { outputs }) => expect(outputs?.kilobytes).toMatch(/^\d+$/)),
  reading("du-largest", ({ value }, { outputs }) =>
    expect(outputs?.largest).toEqual([{ path: value, kilobytes: expect.any(Number) }]),
  ),
  reading(
    "stat",
    (given, { outputs }) =>
      expect(outputs).toMatchObject(
        isLink(given)
          ? { kind: "symbolic link" }
          : { bytes: String(given.token.length + 1), kind: "regular file" },
      ),
    { link: true },
  ),
  reading("checksum", ({ token }, { outputs }) =>
    expect(outputs).toEqual({ sha256: createHash("sha256").update(`${token}\n`).digest("hex") }),
  ),
  ...["left", "right"].map((param): Case => {
    const other = param === "left" ? "right" : "left";
    return {
      ...reading("compare-files", ({ token }, { outputs }) =>
        expect(outputs?.differences).toContain(param === "left" ? `-${token}` : `+${token}`),
      ),
      param,
      prepare: (dir) => writeFileSync(join(dir, "other"), "other\n"),
      args: ({ value }) => ({ [param]: value, [other]: "other" }),
    };
  }),
  {
    command: "mkdir",
    param: "path",
    takes: "path",
    args: ({ value, token }) => ({ path: value === "" ? value : `${value}/${token}/deep` }),
    arrived: (given) => expect(statSync(join(at(given), given.token, "deep")).isDirectory()).toBe(true),
    undone: true,
  },
  {
    command: "rmdir",
    param: "path",
    takes: "path",
    setup: (given) => mkdirSync(at(given), { mode: 0o710 }),
    args: ({ value }) => ({ path: value }),
    arrived: (given) => expect(isThere(at(given))).toBe(false),
    link: true,
    no: isLink,
    undone: true,
  },
  {
    command: "rm",
    param: "paths",
    takes: "path",
    setup: file,
    args: ({ value }) => ({ paths: [value] }),
    arrived: (given) => expect(isThere(at(given))).toBe(false),
    link: true,
    undone: true,
  },
  {
    command: "cp",
    param: "from",
    takes: "path",
    setup: file,
    args: ({ value, token }) => ({ from: value, to: `copy-${token}` }),
    arrived: (given) => {
      const copied = join(given.dir, `copy-${given.token}`);
      if (isLink(given)) expect(readlinkSync(copied)).toBe(readlinkSync(at(given)));
      else expect(readFileSync(copied, "utf8")).toBe(content(given));
    },
    link: true,
    undone: true,
  },
  {
    command: "cp",
    param: "to",
    takes: "path",
    prepare: sources,
    args: ({ value, token }) => ({ from: `from-${token}`, to: value }),
    arrived: (given) => {
      expect(lstatSync(at(given)).isFile()).toBe(true);
      expect(content(given)).toBe(given.token);
    },
    link: true,
    undone: true,
  },
  {
    command: "mv",
    param: "from",
    takes: "path",
    setup: file,
    args: ({ value, token }) => ({ from: value, to: `moved-${token}` }),
    arrived: (given) => {
      expect(isThere(at(given))).toBe(false);
      expect(isThere(join(given.dir, `moved-${given.token}`))).toBe(true);
    },
    link: true,
    undone: true,
  },
  {
    command: "mv",
    param: "to",
    takes: "path",
    // Something is in the way, and comes back.
    prepare: sources,
    setup: (given) => writeFileSync(at(given), "in the way"),
    args: ({ value, token }) => ({ from: `from-${token}`, to: value }),
    arrived: (given) => {
      expect(lstatSync(at(given)).isFile()).toBe(true);
      expect(content(given)).toBe(given.token);
      expect(existsSync(join(given.dir, `from-${given.token}`))).toBe(false);
    },
    link: true,
    undone: true,
  },
  {
    command: "write-file",
    param: "path",
    takes: "path",
    args: ({ value, token }) => ({ path: value, text: token }),
    arrived: (given) => {
      expect(lstatSync(at(given)).isFile()).toBe(true);
      expect(content(given)).toBe(given.token);
    },
    link: true,
    undone: true,
  },
  {
    command: "write-file",
    param: "text",
    takes: Object.keys({ ...AWKWARD, ...LEADING_OUT }).filter(
      (called) => !["a NUL", "half a character"].includes(called),
    ),
    args: ({ value, token }) => ({ path: `new/${token}/file`, text: value }),
    arrived: ({ dir, token, value }) =>
      expect(readFileSync(join(dir, "new", token, "file"), "utf8")).toBe(value),
    undone: true,
  },
  {
    command: "touch",
    param: "path",
    takes: "path",
    args: ({ value }) => ({ path: value }),
    arrived: (given) => expect(statSync(at(given)).size).toBe(0),
    undone: true,
  },
  {
    command: "rm-file",
    param: "path",
    takes: "path",
    setup: file,
    args: ({ value }) => ({ path: value }),
    arrived: (given) => expect(isThere(at(given))).toBe(false),
    link: true,
  },
  {
    command: "unpack",
    param: "archive",
    takes: "path",
    setup: (given) => {
      const name = `in-${given.token}`;
      writeFileSync(join(given.dir, name), given.token);
      execFileSync("tar", ["-czf", `./${given.value}`, name], { cwd: given.dir });
    },
    args: ({ value, token }) => ({ archive: value, into: `into-${token}` }),
    arrived: ({ dir, token }) =>
      expect(readFileSync(join(dir, `into-${token}`, `in-${token}`), "utf8")).toBe(token),
    undone: true,
  },
  {
    command: "unpack",
    param: "into",
    takes: "path",
    prepare: (dir) => {
      writeFileSync(join(dir, "inside"), "inside");
      execFileSync("tar", ["-czf", "archive.tgz", "inside"], { cwd: dir });
    },
    args: ({ value, token }) => ({
      archive: "archive.tgz",
      into: value === "" ? value : `${value}/${token}`,
    }),
    arrived: (given) => expect(readFileSync(join(at(given), given.token, "inside"), "utf8")).toBe("inside"),
    undone: true,
  },
  {
    command: "files-restore",
    param: "kept",
    takes: [],
    args: ({ value }) => ({ kept: value }),
    arrived: () => {},
    reads: true,
  },
];

/** A file for each value that is to be copied or moved to it. */
function sources(dir: string): void {
  for (const called of Object.keys({ ...AWKWARD, ...LEADING_OUT }))
    writeFileSync(join(dir, `from-${tokenOf(called)}`), tokenOf(called));
}
