/** A message as the JSON of the signed webhook: everything a system of somebody's own needs to ask its people. Pure. */
import type { Message } from "./render.ts";

export function webhookOf(m: Message, notificationId: string): { [key: string]: unknown } {
  const { checkpoint, question } = m;
  return {
    id: notificationId,
    type: "checkpoint.requested",
    workspace: m.workspace,
    checkpoint: {
      id: checkpoint.id,
      run_id: checkpoint.runId,
      step: checkpoint.stepId,
      name: checkpoint.name,
      prompt: checkpoint.prompt,
      status: checkpoint.status,
      required: checkpoint.policy.quorum,
      form: checkpoint.form,
      plan_digest: checkpoint.planDigest,
      created_at: checkpoint.createdAt,
      expires_at: checkpoint.expiresAt,
    },
    command: question.command,
    effect: question.effect,
    argv: question.argv,
    results: question.results.map((r) => ({
      step: r.step,
      status: r.status,
      exit_code: r.exitCode,
      outputs: r.outputs,
    })),
    rollback: question.rollback,
    requested_by: question.requestedBy,
    note: question.note,
    console_url: m.console,
    links: m.links.map((link) => ({ user_id: link.id, name: link.name, email: link.email, url: link.url })),
  };
}
