import fc from "fast-check";
import { expect, it } from "vitest";
import { Masker, maskText } from "../src/mask.ts";
import { variants } from "../src/secret-forms.ts";
import { encodings, readable } from "./encodings.ts";

/** The text through a masker in the given pieces. */
function inPieces(text: string, cuts: number[], secrets: string[]): string {
  const masker = new Masker(secrets);
  let out = "";
  let at = 0;
  for (const cut of [...cuts].map((n) => n % (text.length + 1)).sort((a, b) => a - b)) {
    out += masker.push(text.slice(at, cut));
    at = cut;
  }
  return out + masker.push(text.slice(at)) + masker.end();
}

const secret = fc.string({ minLength: 8, maxLength: 24, unit: "grapheme-ascii" });
const overlapping = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom("a", "b") });

it("gives the same whatever the pieces, and never lets a secret through", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(secret, overlapping), { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(0, 1, 2)), { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (secrets, parts, cuts) => {
        const text = parts.map((part) => (typeof part === "number" ? (secrets[part] ?? "") : part)).join("");
        const whole = maskText(text, secrets);
        expect(inPieces(text, cuts, secrets)).toBe(whole);
        for (const one of secrets) expect(whole.replaceAll("***", "\0")).not.toContain(one);
      },
    ),
    { numRuns: 1_000 },
  );
});

it("leaves every text without a secret as it is", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
      expect(inPieces(text, cuts, ["0123456789-not-in-there"])).toBe(text);
    }),
  );
});

it("holds back only what may be the beginning of a secret", () => {
  const masker = new Masker(["hunter2hunter2"]);
  expect(masker.push("password: hunt")).toBe("password: ");
  expect(masker.push("ing season")).toBe("hunting season");
  expect(masker.end()).toBe("");
});

const VALUES = [
  `p@ss w0rd/with?odd&chars"\\'<tag> and $more`,
  "plainsecret-of-forty-two-characters-000000",
  "ключ-от-всего-на-свете",
  "🔑 emoji and a + sign, then some more of it until one line of base64 is not enough for all of it",
];
const CASES = VALUES.flatMap((value) =>
  Object.entries(encodings(value)).map(([name, text]) => [name, value, text] as const),
);

it.each(CASES)("knows a secret as %s: %s", (_, value, text) => {
  const masked = maskText(`before ${text} after`, [value]);
  expect(masked.startsWith("before ")).toBe(true);
  expect(masked.endsWith(" after")).toBe(true);
  expect(masked).toContain("***");
  expect(readable(masked, text)).toEqual([]);
});

it("gives the same for every encoding at every split of a chunk", () => {
  for (const [name, value, text] of CASES.filter((one) => one[1] !== VALUES[3])) {
    const around = `before ${text} after`;
    const whole = maskText(around, [value]);
    for (let cut = 0; cut <= around.length; cut++) {
      const out = inPieces(around, [cut], [value]);
      if (out !== whole) expect.fail(`${name} of ${value} cut at ${cut}: ${out}`);
    }
  }
});

it("lets no encoding of any secret through in any pieces", () => {
  const printable = fc
    .string({ minLength: 12, maxLength: 40, unit: "binary" })
    .filter((one) => one.isWellFormed());
  fc.assert(
    fc.property(printable, fc.nat(), fc.array(fc.nat(), { maxLength: 20 }), (value, pick, cuts) => {
      const forms = Object.values(encodings(value));
      const text = forms[pick % forms.length] as string;
      expect(inPieces(`before ${text} after`, cuts, [value])).toMatch(/^before .*\*\*\*.* after$/su);
      expect(readable(inPieces(`\0${text}\0`, cuts, [value]), text)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it("knows the lines of a key, however they are indented", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAo\n-----END KEY-----";
  expect(maskText("   BAQEFAASCBKcwggSjAgEAAo", [key])).toBe("   ***");
});

it("does not blank out everything for a short secret", () => {
  expect(variants("ab")).toEqual([]);
});
