/** Where a sign-in may lead: a path of this workspace, and nowhere a browser could read as another. */
import { returnPath } from "@tw/shared/sign-in/return-to";
import { expect, test } from "vitest";

test.each([
  ["/runs/run_1?tab=log#end", "/runs/run_1?tab=log#end"],
  ["//evil.example.com", "/"],
  ["/\\evil.example.com", "/"],
  ["/\t/evil.example.com", "/"],
  ["/.//evil.example.com", "/"],
  ["https://evil.example.com/", "/"],
  ["javascript:alert(1)", "/"],
  ["runs", "/"],
  ["/api/sign-out", "/"],
  ["/sign-in/out", "/"],
  ["/a/0123", "/a/0123"],
  [`/${"x".repeat(600)}`, "/"],
  ["", "/"],
])("after signing in %j leads to %j", (asked, path) => {
  expect(returnPath(asked)).toBe(path);
});
