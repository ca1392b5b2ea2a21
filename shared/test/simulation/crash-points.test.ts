import { describe, expect, test } from "vitest";
import { playScenario, SCENARIOS } from "./scenarios.ts";

describe.for(SCENARIOS)("$name", (scenario) => {
  test("holds with nobody killed", async () => {
    await playScenario(scenario, { at: -1, side: "before" });
  });

  test("holds whoever is killed before or after any effect", { timeout: 120_000 }, async () => {
    const { points } = await playScenario(scenario, { at: -1, side: "before" });
    expect(points).toBeGreaterThan(15);
    const failed: string[] = [];
    for (const side of ["before", "after"] as const)
      for (let at = 0; at < points; at++)
        await playScenario(scenario, { at, side }).catch((error: Error) =>
          failed.push(`killed ${side} effect ${at} of ${points}: ${error.message}`),
        );
    expect(failed).toEqual([]);
  });
});
