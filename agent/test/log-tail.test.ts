import fc from "fast-check";
import { expect, it } from "vitest";
import { LogTail } from "../src/log-tail.ts";

it("is the end of whatever went through, from a whole character on", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 40 }),
      fc.integer({ min: 4, max: 60 }),
      (texts, keep) => {
        const tail = new LogTail(keep);
        for (const text of texts) tail.push(text);
        const whole = Buffer.from(texts.join(""));
        expect(tail.through).toBe(whole.length);
        let from = Math.max(0, whole.length - keep);
        while (from < whole.length && (whole[from]! & 0xc0) === 0x80) from++;
        expect(tail.take().toString()).toBe(whole.subarray(from).toString());
        expect(tail.held).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});
