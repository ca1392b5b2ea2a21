/** Named mutants: the same SQL with one guard taken out. The suite must notice each. */
export interface Mutant {
  name: string;
  /** Which statements it is about. */
  in: RegExp;
  without: [RegExp, string][];
}

export const MUTANTS: Mutant[] = [
  {
    name: "a report without the fence",
    in: /UPDATE jobs SET report_json/,
    without: [[/AND fence = \?\d+/, ""]],
  },
  {
    name: "a renewal without the fence",
    in: /UPDATE jobs SET lease_expires_at/,
    without: [[/AND fence = \(.*?\)(?=\s+RETURNING)/s, ""]],
  },
  {
    name: "a report after the lease",
    in: /UPDATE jobs SET report_json/,
    without: [[/AND lease_expires_at > \?\d+/, ""]],
  },
  {
    name: "a renewal after the lease",
    in: /UPDATE jobs SET lease_expires_at/,
    without: [[/AND lease_expires_at > \?\d+/, ""]],
  },
  {
    name: "a report of any agent",
    in: /UPDATE jobs SET report_json/,
    without: [[/AND agent_id = \?\d+/, ""]],
  },
  {
    name: "a report stored again",
    in: /UPDATE jobs SET report_json/,
    without: [[/AND report_seq < \?\d+/, ""]],
  },
  {
    name: "a report after the end",
    in: /UPDATE jobs SET report_json/,
    without: [
      [/AND status = 'leased'/, ""],
      [/AND lease_expires_at > \?\d+/, ""],
    ],
  },
  {
    name: "a lease of a job that is not queued",
    in: /UPDATE jobs SET status = 'leased'/,
    without: [
      [/WHERE status = 'queued' AND/, "WHERE"],
      [/AND j\.status = 'queued'/, ""],
    ],
  },
  {
    name: "a lease without the attempt cap",
    in: /UPDATE jobs SET status = 'leased'/,
    without: [[/AND j\.headroom > 0/, ""]],
  },
  {
    name: "a lease after the cancel",
    in: /UPDATE jobs SET status = 'leased'/,
    without: [[/AND \(j\.purpose = 'rollback' OR r\.cancel_requested_at IS NULL\)/, ""]],
  },
  {
    name: "a lease of any tenant",
    in: /UPDATE jobs SET status = 'leased'/,
    without: [[/j\.tenant_id = \?\d+ AND/, ""]],
  },
  {
    name: "a report of any tenant",
    in: /UPDATE jobs SET report_json/,
    without: [[/AND tenant_id = \?\d+/, ""]],
  },
  {
    name: "a renewal of any tenant",
    in: /UPDATE jobs SET lease_expires_at/,
    without: [[/AND tenant_id = \?\d+/, ""]],
  },
  {
    name: "a cancel of any tenant",
    in: /cancel_requested_at = \?1, cancel_json/,
    without: [[/AND tenant_id = \?\d+/, ""]],
  },
  {
    name: "a vote of any tenant",
    in: /INSERT INTO checkpoint_votes/,
    without: [
      [/AND c\.tenant_id = \?1/, ""],
      [/[up]\.tenant_id = c\.tenant_id AND/g, ""],
    ],
  },
  {
    name: "a vote after the expiry",
    in: /INSERT INTO checkpoint_votes/,
    without: [[/AND \(c\.expires_at IS NULL OR c\.expires_at > \?\d+\)/, ""]],
  },
  {
    name: "a vote after the cancel",
    in: /INSERT INTO checkpoint_votes/,
    without: [[/AND r\.cancel_requested_at IS NULL/, ""]],
  },
  {
    name: "a vote on another plan",
    in: /INSERT INTO checkpoint_votes/,
    without: [[/AND \(\?10 IS NULL OR c\.plan_digest = \?10\)/, ""]],
  },
  {
    name: "a vote for a plan that was replaced",
    in: /INSERT INTO checkpoint_votes/,
    without: [[/AND c\.plan_digest = r\.plan_digest/, ""]],
  },
  {
    name: "an approval without the group's minimum",
    in: /UPDATE command_checkpoints AS c SET txn/,
    without: [[/< least\.value ->> '\$\.min'/g, "< 0"]],
  },
  {
    name: "an approval that counts people who were removed",
    in: /UPDATE command_checkpoints AS c SET txn/,
    without: [[/AND [up]\.status = 'active'/g, ""]],
  },
  {
    name: "a vote after the decision",
    in: /INSERT INTO checkpoint_votes/,
    without: [[/AND c\.status = 'pending'/, ""]],
  },
  {
    name: "a commit without the compare-and-swap",
    in: /UPDATE workflow_executions AS r SET version/,
    without: [[/AND r\.version = d\.value ->> '\$\.version'/, ""]],
  },
  {
    name: "a commit whose steps do not look at the stamp",
    in: /INSERT INTO step_executions/,
    without: [[/AND w\.txn = \?2/, ""]],
  },
  {
    name: "a commit whose jobs do not look at the stamp",
    in: /INSERT INTO jobs/,
    without: [[/AND w\.txn = \?2/, ""]],
  },
  {
    name: "a commit whose events do not look at the stamp",
    in: /INSERT INTO run_events.*FROM json_each/s,
    without: [[/AND w\.txn = \?2/, ""]],
  },
  {
    name: "a commit blind for jobs that changed",
    in: /UPDATE workflow_executions AS r SET version/,
    without: [
      [/j\.report_seq <> s\.value ->> 'reportSeq'/, "0"],
      [/j\.status <> s\.value ->> 'status'/, "0"],
    ],
  },
  {
    name: "an audit entry without the stamp",
    in: /INSERT INTO audit/,
    without: [[/WHERE EXISTS \(SELECT 1 FROM workflow_executions w .*$/s, ""]],
  },
];

/** The SQL as the mutant runs it. Throws when its guard is not where it was: then the mutant must follow the code. */
export function mutate(mutant: Mutant, sql: string): string {
  if (!mutant.in.test(sql)) return sql;
  let text = sql;
  for (const [guard, instead] of mutant.without) text = text.replace(guard, instead);
  return text;
}
