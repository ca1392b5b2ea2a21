/** What pages say in words of what machines write. */
import { expect, test } from "vitest";
import { cronWords } from "../src/pages/automation/cron-words.ts";
import { plainReason } from "../src/pages/automation/plain-reason.ts";
import { groupsOf } from "../src/pages/library/groups.ts";
import { browserWords } from "../src/pages/me/browser-words.ts";

test("a schedule's pattern is said in words where they are plain, and left alone where they are not", () => {
  expect(
    [
      "0 7 * * 1-5",
      "15 2 * * *",
      "*/20 * * * *",
      "5 * * * *",
      "0 */6 * * *",
      "0 6 1 * *",
      "30 9 * * 1",
      "0 8 * * 1,3,7",
    ].map(cronWords),
  ).toEqual([
    "Monday to Friday at 07:00",
    "every day at 02:15",
    "every 20 minutes",
    "every hour at :05",
    "every 6 hours at :00",
    "on day 1 of each month at 06:00",
    "every Monday at 09:30",
    "on Monday, Wednesday and Sunday at 08:00",
  ]);
  expect(["0 7 * 3 *", "1,2 7 * * *", "0 7 13 * 5", "0 7 * * MON", "nonsense"].map(cronWords)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("a browser is named by what it is, not by what it claims to be compatible with", () => {
  const of = (text: string) => browserWords(`Mozilla/5.0 ${text}`);
  expect(
    of("(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36"),
  ).toBe("Chromium 156 on Linux");
  expect(
    of(
      "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0",
    ),
  ).toBe("Edge 141 on Windows");
  expect(
    of(
      "(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    ),
  ).toBe("Safari 18 on iPhone");
  expect(of("(Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0")).toBe(
    "Firefox 142 on macOS",
  );
  expect(browserWords("something else")).toBeNull();
});

test("the library shows first what is run here, then what is ours, then the rest by category", () => {
  const command = (name: string, category: string, usage_count = 0, is_public = true) =>
    ({ name, slug: name, category, usage_count, is_public, last_used_at: null }) as never;
  const groups = groupsOf(
    [
      command("zip", "files"),
      command("ls", "files", 2),
      command("push", "git", 5),
      command("ours", "git", 0, false),
    ],
    "category",
  );
  expect(groups.map(({ title, commands }) => [title, ...commands.map(({ name }) => name)])).toEqual([
    ["Run here most", "push", "ls"],
    ["Of this workspace", "ours"],
    ["files", "ls", "zip"],
    ["git", "push"],
  ]);
});

test("why a message started nothing: the argument in words, not its place for programs", () => {
  expect(plainReason("args.version: missing; the version to come")).toBe(
    "The argument “version” is missing: the version to come",
  );
  expect(plainReason("args.count: not a number")).toBe("count: not a number");
  expect(plainReason("It was about “issues”; this webhook only takes push.")).toBe(
    "It was about “issues”; this webhook only takes push.",
  );
});
