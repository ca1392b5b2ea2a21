/** Every command as people call it: what it puts out and changes. What it changed is undone, where the library says it can be. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Args, Row, Step } from "./case.ts";
import { type AskedStep, stateOf, type World } from "./world.ts";

export interface Plain {
  command: string;
  args?: Args | ((dir: string) => Args);
  /** A repository with a remote; otherwise an empty directory. */
  git?: boolean;
  prepare?(dir: string): void;
  /** Steps of the run before it. */
  first?: AskedStep[];
  /** Exactly these; matchers are welcome. */
  outputs?: { [name: string]: unknown };
  /** Throws unless it did what it is for. */
  did?(dir: string, log: string): void | Promise<void>;
  /** A fetch is part of it: what was learned of the remote stays. */
  learns?: boolean;
}
/** What the library says of the command. */
export interface Said {
  effect: string;
  undo: boolean;
}

/** Runs it with a real agent; one row of how it went. */
export async function runPlain(world: World, one: Plain, said: Said, name: string): Promise<Row> {
  const dir = world.place(name, one.git === true);
  one.prepare?.(dir);
  const state = () => stateOf(dir, one.git === true, one.learns);
  const was = state();
  const args = typeof one.args === "function" ? one.args(dir) : (one.args ?? {});
  const run = await world.execute([...(one.first ?? []), { command: one.command, args }], dir);
  const log = await world.logOf(run.id);
  const step = run.steps.at(-1) as Step;
  expect(step.status, JSON.stringify(run.steps)).toBe("succeeded");
  if (one.outputs) expect(step.outputs).toEqual(one.outputs);
  await one.did?.(dir, log);
  const row = { command: one.command, param: "", value: JSON.stringify(args) };
  const outputs = Object.keys(step.outputs ?? {}).join(" ");
  if (!said.undo) {
    if (said.effect === "read") expect(state()).toEqual(was);
    world.untouched();
    return { ...row, how: `${outputs || "its text"}; ${said.effect === "read" ? "only reads" : "no undo"}` };
  }
  // A look at it alone would show nothing that is undone.
  expect(state(), "something was changed").not.toEqual(was);
  expect(run.undo, JSON.stringify(run.undo)).toMatchObject({ possible: true });
  await world.undo(run.id);
  expect(state()).toEqual(was);
  world.untouched();
  return { ...row, how: `${outputs || "its text"}; undone` };
}

export const has = (dir: string, name: string) => existsSync(join(dir, name));
export const text = (dir: string, name: string) => readFileSync(join(dir, name), "utf8");
