/** Storing a new run. Runs that are asked for in the same moment share one commit. */
import type { NewRun } from "@tw/shared/db/create-run";
import { type OpenedRun, openRuns } from "@tw/shared/reconcile/open-runs";
import { tellThrough } from "@tw/shared/reconcile/tell-through";
import type { Env } from "./env.ts";
import { Rounds } from "./rounds.ts";

interface Ask {
  env: Env;
  run: NewRun;
  now: number;
}

const rounds = new Rounds<Ask, OpenedRun>(async (asks) => {
  const [first] = asks;
  if (!first) return [];
  // The clock of the last that joined: no run is decided at a time before its request.
  const now = Math.max(...asks.map((ask) => ask.now));
  const opened = await openRuns(
    first.env.DB,
    asks.map(({ run }) => run),
    tellThrough(first.env),
    now,
  );
  return opened;
});

/** Store this run, alone or with others, and bring it as far as it can go at once. */
export function openRun(env: Env, run: NewRun, now: number): Promise<OpenedRun> {
  return rounds.join({ env, run, now });
}
