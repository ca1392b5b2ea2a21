/** What became of a schedule's time: how its run stands where it started one, else why there is none. */
export function outcomeOf(fire: { status: string; run_status: string | null }): string {
  return fire.status === "started" ? (fire.run_status ?? "started") : fire.status;
}
