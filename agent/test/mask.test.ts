import fc from "fast-check";
import { expect, it } from "vitest";
import { Masker, maskText, variants } from "../src/mask.ts";

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

it.each([
  ["base64", (value: string) => Buffer.from(value).toString("base64")],
  ["base64 inside a longer text", (value: string) => Buffer.from(`user:${value}`).toString("base64")],
  ["base64url", (value: string) => Buffer.from(value).toString("base64url")],
  ["hex", (value: string) => Buffer.from(value).toString("hex")],
  ["upper-case hex", (value: string) => Buffer.from(value).toString("hex").toUpperCase()],
  ["URL encoding", encodeURIComponent],
  ["a form", (value: string) => encodeURIComponent(value).replaceAll("%20", "+")],
  ["JSON", (value: string) => JSON.stringify({ value })],
])("knows a secret in %s", (_, encode) => {
  for (const value of ['p@ss w0rd/with?odd&chars"\\', "plainsecret", "ключ-от-всего"]) {
    const text = encode(value);
    const masked = maskText(`before ${text} after`, [value]);
    expect(masked.startsWith("before ")).toBe(true);
    expect(masked.endsWith(" after")).toBe(true);
    expect(masked).toContain("***");
    expect(masked).not.toContain(text.slice(4, -4));
  }
});

it("knows the lines of a key, however they are indented", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAo\n-----END KEY-----";
  expect(maskText("   BAQEFAASCBKcwggSjAgEAAo", [key])).toBe("   ***");
});

it("does not blank out everything for a short secret", () => {
  expect(variants("ab")).toEqual([]);
});
