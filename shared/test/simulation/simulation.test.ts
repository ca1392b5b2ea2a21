import { expect, test } from "vitest";
import { RUN_ARROWS, STEP_ARROWS } from "../../src/engine/transitions.ts";
import { REGRESSIONS } from "./regressions.ts";
import { playScenario, SCENARIOS } from "./scenarios.ts";
import { simulate } from "./simulator.ts";
import { addTo, neverSeen, noTotals, replayLine } from "./totals.ts";

const SEEDS = 600;

test.for(REGRESSIONS)("seed $seed: $was", async ({ seed }) => {
  expect((await simulate(seed)).failure).toBeNull();
});

test("one seed is one history", async () => {
  const [first, second] = [await simulate(7, { trace: true }), await simulate(7, { trace: true })];
  expect(second.trace).toEqual(first.trace);
});

test(`${SEEDS} seeds hold every invariant, see every fault, and walk every arrow`, {
  timeout: 180_000,
}, async () => {
  const totals = noTotals();
  for (let seed = 1; seed <= SEEDS; seed++) addTo(totals, await simulate(seed));
  expect(totals.failures.map(({ seed, message }) => `${message}\n  ${replayLine(seed)}`)).toEqual([]);
  expect(neverSeen(totals.seen), "faults that were never seen: the simulation is blind for them").toEqual([]);
  for (const scenario of SCENARIOS)
    for (const arrow of (await playScenario(scenario, { at: -1, side: "before" })).arrows)
      totals.arrows.add(arrow);
  const arrows = [
    ...Object.entries(RUN_ARROWS).flatMap(([from, to]) => to.map((one) => `run ${from} → ${one}`)),
    ...Object.entries(STEP_ARROWS).flatMap(([from, to]) => to.map((one) => `step ${from} → ${one}`)),
  ];
  expect(
    arrows.filter((arrow) => !totals.arrows.has(arrow)),
    "arrows of engine/transitions.ts that nobody walked",
  ).toEqual([]);
});
