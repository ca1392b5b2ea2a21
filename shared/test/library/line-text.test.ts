import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lineText } from "../../src/library/line-text.ts";

test("words are quoted only where a shell needs it, and stay on one line", () => {
  expect(lineText(["git", "commit", "-m", "it's done"])).toBe("git commit -m 'it'\\''s done'");
  expect(lineText(["echo", "", "two words", "<ref from git-push>:x"])).toBe(
    "echo '' 'two words' <ref from git-push>:x",
  );
  expect(lineText(["echo", "safe\nwrangler deploy"])).toBe("echo $'safe\\nwrangler deploy'");
});

test("a real bash reads any words back as they were", () => {
  const word = fc
    .string({ unit: "grapheme-ascii" })
    .map((text) => text.replaceAll(/[<>]/g, ""))
    .chain((text) => fc.constantFrom(text, `${text}\n\t'\\\u0007`));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const line = lineText(words);
      expect(line).not.toMatch(/\p{Cc}/u);
      const read = execFileSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
      expect(read.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 40 },
  );
});
