import { describe, expect, test } from "vitest";
import { openTestD1 } from "../../src/testing/sqlite-d1.ts";
import { GUARDS } from "./guards.ts";
import { MUTANTS, mutate } from "./mutants.ts";
import { simulate } from "./simulator.ts";

const SEEDS = 25;
/** A mutant whose SQL does not run at all proves nothing. */
const NOT_RUN = /SQLITE_ERROR|Wrong number of parameter/;

describe("guards", () => {
  const db = openTestD1();
  test.for(Object.entries(GUARDS))("%s", async ([, guard]) => {
    await guard(db);
  });
});

describe("mutants", () => {
  test.for(MUTANTS)("$name is noticed", { timeout: 60_000 }, async (mutant) => {
    const changed = new Set<string>();
    const rewrite = (sql: string) => {
      const text = mutate(mutant, sql);
      if (text !== sql) changed.add(sql);
      // Every value stays bound, so that the statement fails for its lack of a guard and for nothing else.
      return keepParameters(sql, text);
    };
    const db = openTestD1({ intercept: { rewrite } });
    const noticed: string[] = [];
    for (const [name, guard] of Object.entries(GUARDS))
      await guard(db).catch((error: Error) => noticed.push(`${name}: ${error.message}`));
    expect(
      changed.size,
      "the guard is not in the SQL as the mutant knows it; let the mutant follow the code",
    ).toBeGreaterThan(0);
    for (let seed = 1; seed <= SEEDS && noticed.length === 0; seed++) {
      const { failure } = await simulate(seed, { db });
      if (failure) noticed.push(`seed ${seed}: ${failure.message}`);
    }
    expect(
      noticed.some((text) => !NOT_RUN.test(text)),
      `nobody noticed, or only SQL that does not run: ${noticed.join("; ")}`,
    ).toBe(true);
    db.close();
  });
});

/** Adds the parameters that went with the guard, where they change nothing. */
function keepParameters(sql: string, text: string): string {
  if (sql === text) return sql;
  const numbers = (of: string) => new Set([...of.matchAll(/\?(\d+)/g)].map((found) => Number(found[1])));
  const lost = [...numbers(sql)].filter((number) => !numbers(text).has(number));
  if (lost.length === 0) return text;
  const harmless = lost.map((number) => `(?${number} IS NULL OR 1)`).join(" AND ");
  return text.replace(/\bWHERE\b/, `WHERE ${harmless} AND`);
}
