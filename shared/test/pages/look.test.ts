/** The pages served without the console look like it: one choice of colours, faces and mark, written down twice. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FACES, MARK, TOKENS } from "../../src/pages/look.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("every colour is the console's, in light and in dark", () => {
  const style = read("console/src/style.css");
  for (const [name, [light, dark]] of Object.entries(TOKENS))
    expect(style, name).toContain(`  --${name}: light-dark(${light}, ${dark});`);
});

test("the mark is the console's", () => {
  const shapes = (svg: string) => svg.slice(svg.indexOf("<rect"));
  expect(shapes(MARK)).toBe(shapes(read("console/public/favicon.svg").trim()));
});

test("the faces are files that the console has, and come from this address only", () => {
  for (const file of FACES) {
    const name = file.replace("/fonts/", "");
    const family = name.startsWith("inter") ? "inter" : "jetbrains-mono";
    expect(existsSync(join(ROOT, "node_modules/@fontsource-variable", family, "files", name)), file).toBe(
      true,
    );
  }
});
