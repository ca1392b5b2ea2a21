/** The table of names: none without a command, none with a test that is not there; a test that failed is never called good. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Asked, askedNames, printTable, type Report, tableOf } from "../src/brief-names.ts";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { ROOT } from "../src/ports.ts";

const { commands } = await readLibrary(LIBRARY_FOLDER);
const slugs = new Set(commands.map(({ slug }) => slug));

it("each name has a command, and the test it names is in that file", () => {
  const asked = askedNames();
  expect(asked.length).toBeGreaterThan(60);
  expect(new Set(asked.map(([name]) => name)).size).toBe(asked.length);
  expect(asked.filter(([, slug]) => !slugs.has(slug)).map(([name]) => name)).toEqual([]);
  const lost = asked.filter(([, slug, file, title]) => {
    if (file === "") return false;
    if (!existsSync(join(ROOT, file))) return true;
    const text = readFileSync(join(ROOT, file), "utf8");
    // Of a title with a placeholder (`%s %j is undone`) only what stands around it is in the file.
    const forms = [title, title.replace(slug, "%s"), title.replace(`${slug} *`, "%s %j")];
    return !forms.some((form) => text.includes(form));
  });
  expect(lost).toEqual([]);
});

it("only what ran and passed is good", () => {
  const asked: Asked[] = [
    ["a", "ls", "local/test/x.test.ts", "does * well"],
    ["b", "ls", "local/test/x.test.ts", "breaks"],
    ["c", "ls", "local/test/x.test.ts", "left out"],
    ["d", "ls", "local/test/x.test.ts", "nowhere"],
    ["e", "nothing", "local/test/x.test.ts", "does * well"],
    ["f", "ls", "", ""],
    ["g", "ls", "local/test/x.test.ts", "does * well", "no account"],
  ];
  const report: Report = {
    testResults: [
      {
        name: join(ROOT, "local/test/x.test.ts"),
        assertionResults: [
          { title: "does this well", status: "passed" },
          { title: "breaks", status: "failed" },
          { title: "left out", status: "skipped" },
        ],
      },
    ],
  };
  const rows = tableOf(asked, slugs, report);
  expect(rows.map(({ name, result, good }) => [name, result, good])).toEqual([
    ["a", "ran", true],
    ["b", "FAILED: breaks", false],
    ["c", "SKIPPED: left out", false],
    ["d", "MISSING: the test was not run", false],
    ["e", "MISSING: no such command", false],
    ["f", "MISSING: no test", false],
    ["g", "checked: no account", true],
  ]);
  expect(printTable(rows).split("\n")).toHaveLength(8);
});
