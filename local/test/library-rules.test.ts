/** What every command of the shipped library has, so that a person can find it, run it and take it back. */
import { readFileSync } from "node:fs";
import { outputNames } from "@tw/shared/library/outputs";
import { describe, expect, it } from "vitest";
import { COMMANDS_FILE, commandsReference, noUndoReason } from "../src/command-docs.ts";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";

const { commands, problems } = await readLibrary(LIBRARY_FOLDER);
/** Comes with the machine or not at all; everything else has a command that sets it up. */
const SYSTEM_TOOLS = ["git", "tar", "npm", "node", "docker", "systemctl"];
const said = (check: (command: (typeof commands)[number]) => string | false) =>
  commands.flatMap((command) => {
    const wrong = check(command);
    return wrong ? [`${command.slug}: ${wrong}`] : [];
  });

describe("the shipped library", () => {
  it("is large and good", () => {
    expect(problems).toEqual([]);
    expect(commands.length).toBeGreaterThanOrEqual(150);
  });

  it("says of each command what it does and what its parameters mean", () => {
    expect(
      said(({ input }) => {
        const silent = input.parameters.find(({ description }) => description === "");
        if (silent) return `the parameter ${silent.name} is not described`;
        return !/^[A-Z].{15,}[.]$/s.test(input.description) && "no sentence describes it";
      }),
    ).toEqual([]);
  });

  it("has three to eight words of people for each, none of them twice", () => {
    expect(
      said(({ slug, input: { aliases } }) => {
        if (aliases.length < 3 || aliases.length > 8) return `${aliases.length} aliases`;
        if (new Set(aliases.map((alias) => alias.toLowerCase())).size < aliases.length)
          return "one is there twice";
        return aliases.length === 1 && aliases[0] === slug && "only its own name";
      }),
    ).toEqual([]);
  });

  it("has two examples for each", () => {
    expect(said(({ input }) => input.examples.length < 2 && `${input.examples.length} examples`)).toEqual([]);
  });

  it("names the command that sets up what is missing", () => {
    const slugs = new Set(commands.map(({ slug }) => slug));
    expect(
      said(({ input }) => {
        for (const { tool, login, fix } of input.requires) {
          if (fix !== undefined && !slugs.has(fix)) return `there is no ${fix}`;
          // The login of claude is asked by itself at its first start.
          if (fix === undefined && !SYSTEM_TOOLS.includes(tool ?? "") && login !== "claude")
            return `nothing sets up ${JSON.stringify({ tool, login })}`;
        }
        return false;
      }),
    ).toEqual([]);
  });

  it("has an undo for everything that changes something, or the reason why not", () => {
    expect(
      said(({ input }) => {
        const { effect, rollback, type, description } = input;
        // A workflow is undone by its steps: at an error if it says so, and when its run is undone.
        const undone = rollback || type === "workflow";
        if (effect === "read") return rollback ? "what reads needs no undo" : false;
        if (undone) return noUndoReason(description) !== null && "it has an undo and says it has none";
        return noUndoReason(description) === null && "neither an undo nor a reason";
      }),
    ).toEqual([]);
  });

  it("uses in an undo only outputs that there are", () => {
    expect(
      said(({ input }) => {
        // What the agent's own actions and handlers put out is not in their definitions.
        if (!input.rollback || !("program" in input.definition)) return false;
        const names = outputNames(input);
        const used = JSON.stringify([input.rollback.args, input.rollback.when ?? null]);
        const lost = Array.from(used.matchAll(/"outputs\.(\w+)"/g), (match) => match[1] as string).filter(
          (name) => !names.has(name),
        );
        return lost.length > 0 && `there is no output ${lost.join(", ")}`;
      }),
    ).toEqual([]);
  });
});

it("calls nothing a look that writes a file", () => {
  const writes = commands.filter(({ input: { definition, parameters } }) => {
    const file = "outputs" in definition && definition.outputs?.format === "file";
    return (
      file ||
      parameters.some(({ type, description }) => type === "path" && /write|replaced/.test(description))
    );
  });
  expect(writes.map(({ slug }) => slug)).toEqual(expect.arrayContaining(["wrangler-d1-export", "backup-r2"]));
  expect(writes.filter(({ input }) => input.effect === "read").map(({ slug }) => slug)).toEqual([]);
});

it("docs/commands.md is what the library says now", () => {
  const fresh = commandsReference(commands) === readFileSync(COMMANDS_FILE, "utf8");
  expect(fresh, "npm run docs:commands makes it anew").toBe(true);
});
