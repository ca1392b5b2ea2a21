/** What the ranking has learnt is learnt from the phrases as they are now. */
import { LEARNT } from "@tw/shared/resolution/learnt";
import { expect, test } from "vitest";
import { loadLibrary, loadTuned } from "../../shared/test/resolution/load.ts";
import { digestOf } from "../src/resolution/teach.ts";

test("learnt.json was made from the golden set, the phrases and the library of today", () => {
  expect(LEARNT.from, "phrases have changed: npm run resolution -- --teach").toBe(
    digestOf(loadTuned(), loadLibrary()),
  );
});
