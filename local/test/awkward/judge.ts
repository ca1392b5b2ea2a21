/** What must come of each value of a case, and the look whether it did. */
import { expect } from "vitest";
import type { Case, Given, Row, Step } from "./case.ts";
import { tokenOf } from "./repository.ts";
import { AWKWARD, everyValue, LINKS } from "./values.ts";
import { type AskedStep, stateOf, type World } from "./world.ts";

const NO_TEXT = ["nothing", "a NUL", "half a character"];

/** Runs a case to its end; a row for each value, also for one that went wrong. Then it throws. */
export async function judge(
  world: World,
  one: Case,
  rows: Row[],
  tried: (called: string) => boolean,
): Promise<void> {
  const note = (value: string, how: string) =>
    rows.push({ command: one.command, param: one.param, value, how });
  const dir = world.place(`${one.command} ${one.param}`, one.git === true);
  one.prepare?.(dir, world.outside);
  const accepted = await plannable(
    world,
    one,
    givenOf(one, world.outside, dir).filter(({ called }) => tried(called)),
    note,
  );
  for (const each of accepted) if (one.takes !== "path" || each.called in AWKWARD) one.setup?.(each);
  const state = () => stateOf(dir, one.git === true, one.learns);
  const was = state();
  const wrong: Error[] = [];
  const outcomes = async (given: Given[], more: object) => {
    if (given.length === 0) return null;
    const asked = given.map((each) => stepsOf(one, each, more));
    const run = await world.execute(asked.flat(), dir);
    const log = await world.logOf(run.id);
    let at = -1;
    for (const [index, each] of given.entries()) {
      at += asked[index]?.length ?? 0;
      try {
        note(each.called, outcome(one, each, run.steps[at], log));
      } catch (error) {
        note(each.called, `FAILED: ${(error as Error).message.split("\n")[0]}`);
        wrong.push(error as Error);
      }
    }
    return run;
  };
  // Those that fail have a run of their own: what succeeds travels to the agent as one job.
  const failing = accepted.filter((each) => fails(one, each));
  await outcomes(failing, { continue_on_error: true, needs: [] });
  const run = await outcomes(
    accepted.filter((each) => !failing.includes(each)),
    {},
  );
  if (wrong.length > 0) throw new AggregateError(wrong, wrong.map(({ message }) => message).join("\n\n"));
  if (one.undone) {
    expect(run.undo, JSON.stringify(run.undo)).toMatchObject({ possible: true });
    await world.undo(run.id);
  }
  if (one.undone || one.reads) expect(state()).toEqual(was);
  if (one.undone) note("(undo)", "as before");
  world.untouched();
}

function givenOf(one: Case, outside: string, dir: string): Given[] {
  // The links lie where paths lead; for everything else these are words like others.
  const offered = [...everyValue(outside)].filter(
    ([called]) => (one.takes === "path" || !LINKS.includes(called)) && (one.offers?.(called) ?? true),
  );
  return offered.map(([called, value]) => ({ called, value, dir, token: tokenOf(called) }));
}

function stepsOf(one: Case, each: Given, more: object): AskedStep[] {
  return [...(one.first?.(each) ?? []), { command: one.command, args: one.args(each), ...more }];
}

/** The values that a plan may hold. Each of the others is refused, and just those that the case says. */
async function plannable(
  world: World,
  one: Case,
  given: Given[],
  note: (value: string, how: string) => void,
): Promise<Given[]> {
  const refused = await world.refused(
    given.map((each) => ({ command: one.command, args: one.args(each) })),
    given[0]?.dir ?? "",
  );
  const wanted = given.filter(({ called }) => !takes(one, called));
  expect([...refused].map(([index, path]) => [given[index]?.called, path])).toEqual(
    wanted.map(({ called }) => [called, `args.${one.param}`]),
  );
  for (const { called } of wanted) note(called, "refused (422)");
  return given.filter((each) => !wanted.includes(each));
}

function takes({ takes: what }: Case, called: string): boolean {
  if (Array.isArray(what)) return what.includes(called);
  if (NO_TEXT.includes(called)) return false;
  return what === "text" || called in AWKWARD || LINKS.includes(called);
}

/** Does the value lead out of the root where the command follows it? */
function leadsOut(one: Case, { called, value }: Given): boolean {
  return one.takes === "path" && LINKS.includes(called) && (value.includes("/") || !one.link);
}

const fails = (one: Case, each: Given) => leadsOut(one, each) || (one.no?.(each) ?? false);

function outcome(one: Case, each: Given, step: Step, log: string): string {
  const said = `${each.called}: ${JSON.stringify(step)}`;
  if (leadsOut(one, each)) {
    expect(step, said).toMatchObject({ status: "failed", error: { code: "policy_denied" } });
    return "refused (policy_denied)";
  }
  if (one.no?.(each)) {
    expect(step, said).toMatchObject({
      status: "failed",
      error: { code: expect.stringMatching(/exit_code|probe_failed/) },
    });
    return `arrived, and ${one.command.startsWith("git") ? "git" : "the program"} knows no such thing`;
  }
  expect(step.status, said).toBe("succeeded");
  try {
    one.arrived(each, step, log);
  } catch (error) {
    throw new Error(`${said}\n${(error as Error).message}`);
  }
  return LINKS.includes(each.called) && one.takes === "path" ? "arrived: the link itself" : "arrived";
}
