/** What the process's exit code says. Scripts rely on them: a number never changes its meaning. */
export const EXIT = {
  done: 0,
  /** A run failed, a vote did not count, the workspace refused. */
  failed: 1,
  usage: 2,
  /** Of an agent: another one runs with its token. */
  replaced: 3,
  /** The token is missing, unknown or not allowed to do this. */
  token: 4,
  protocol: 5,
  unreachable: 6,
  rejected: 7,
  cancelled: 8,
  /** The run waits for a person, and waiting for that was not asked for. */
  waiting: 9,
  interrupted: 130,
} as const;

export const EXIT_HELP = `Exit codes:
  0  done; of a run: it succeeded          5  agent: the workspace speaks another protocol
  1  failed, or the workspace refused      6  the workspace does not answer
  2  wrong use                             7  the run was rejected
  3  agent: replaced by another one        8  the run was cancelled
  4  no token, or it may not do this       9  the run waits for a person (--no-wait-for-people)
  130 interrupted, or read no further; a run that was started goes on`;

/** Of a run by its status. */
export function exitOfRun(status: string): number {
  if (status === "succeeded") return EXIT.done;
  if (status === "rejected") return EXIT.rejected;
  if (status === "cancelled") return EXIT.cancelled;
  if (status === "waiting") return EXIT.waiting;
  return EXIT.failed;
}

/** Of an answer of the API that was no success; 0 means it could not be reached. */
export function exitOfStatus(status: number): number {
  if (status === 0) return EXIT.unreachable;
  return status === 401 || status === 403 ? EXIT.token : EXIT.failed;
}
