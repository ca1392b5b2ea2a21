/** A TypeScript project of some hundred files that use each other, made in a folder: as a stranger's would be, with all that makes edits hard. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const HERE = import.meta.dirname;
/** The two kinds there are: one that runs in Node and is spoken to through a server of its own, and the native one. */
export const TYPESCRIPTS = {
  "5": resolve(HERE, "../../console/node_modules/typescript"),
  "7": resolve(HERE, "../../node_modules/typescript"),
};
const FEATURES = 24;
const PER_FEATURE = 12;

/** Writes it; 290 source files and some. Every third file has CRLF, every fifth a byte order mark, some no line end at the end. */
export function makeProject(dir: string, version: keyof typeof TYPESCRIPTS): void {
  mkdirSync(join(dir, "src/core"), { recursive: true });
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(TYPESCRIPTS[version], join(dir, "node_modules/typescript"));
  const config = {
    compilerOptions: {
      target: "es2022",
      lib: ["es2022"],
      skipLibCheck: true,
      module: "nodenext",
      strict: true,
      noEmit: true,
      types: [],
    },
    include: ["src"],
  };
  write(dir, "tsconfig.json", JSON.stringify(config));
  write(dir, "package.json", JSON.stringify({ name: "shop", type: "module", private: true }));
  write(
    dir,
    "src/core/money.ts",
    `/** An amount; "Money" in a comment is no reference. */
export interface Money { amount: number; currency: string }
export function addMoney(a: Money, b: Money): Money {
  return { amount: a.amount + b.amount, currency: a.currency };
}
export const NO_MONEY: Money = { amount: 0, currency: "addMoney" };
`,
  );
  write(
    dir,
    "src/core/index.ts",
    `export { addMoney, NO_MONEY } from "./money.js";\nexport type { Money } from "./money.js";\n`,
  );
  let made = 0;
  for (let f = 0; f < FEATURES; f++) {
    mkdirSync(join(dir, `src/feature${f}`));
    for (let i = 0; i < PER_FEATURE; i++) {
      const previous = i === 0 ? "" : `import { total${f}x${i - 1} } from "./part${i - 1}.js";\n`;
      let text = `import { addMoney, type Money, NO_MONEY } from "../core/index.js";
${previous}
// addMoney of part ${i}; wie schön: ${"ä".repeat(i)} 😀
export function total${f}x${i}(prices: Money[]): Money {
  const own = prices.reduce((sum, price) => addMoney(sum, price), NO_MONEY);
  return ${i === 0 ? "own" : `addMoney(own, total${f}x${i - 1}([]))`};
}
`;
      if (made % 3 === 0) text = text.replaceAll("\n", "\r\n");
      if (made % 5 === 0) text = `\uFEFF${text}`;
      if (made % 7 === 0) text = text.replace(/\r?\n$/, "");
      write(dir, `src/feature${f}/part${i}.ts`, text);
      made += 1;
    }
  }
}

export function write(dir: string, path: string, text: string): void {
  writeFileSync(join(dir, path), text);
}

/** Digest of the bytes of every file below, by path. */
export function bytesOf(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes("node_modules"))
      found.set(path, createHash("sha256").update(readFileSync(path)).digest("hex"));
  }
  return found;
}

/** What the project's compiler says; empty when it is content. */
export function compile(dir: string): string {
  try {
    const tsc = join(dir, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "--noEmit", "-p", dir], { encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
