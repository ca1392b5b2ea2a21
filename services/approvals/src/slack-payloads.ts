/** What Slack sends, as far as it is read. Everything else of a payload is left alone: Slack adds fields as it likes. */
import * as z from "zod";

const user = z.object({ id: z.string().min(1).max(64), team_id: z.string().max(64).optional() });
const team = z.object({ id: z.string().max(64) }).nullish();

export const actionsSchema = z.object({
  type: z.literal("block_actions"),
  user,
  team,
  trigger_id: z.string().max(300).optional(),
  response_url: z.string().max(2000).optional(),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional() }))
    .min(1)
    .max(5),
});
export type ActionsPayload = z.infer<typeof actionsSchema>;

/** One element's value: which member is filled depends on the element's type. */
const elementSchema = z.object({
  type: z.string().max(64),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});
export const submissionSchema = z.object({
  type: z.literal("view_submission"),
  user,
  team,
  view: z.object({
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), elementSchema)) }),
  }),
});
export type SubmissionPayload = z.infer<typeof submissionSchema>;
export type ViewValues = SubmissionPayload["view"]["state"]["values"];

export const commandSchema = z.object({
  command: z.string().max(64),
  text: z.string().max(4000).default(""),
  user_id: z.string().min(1).max(64),
  team_id: z.string().max(64),
  channel_id: z.string().max(64).optional(),
  response_url: z.string().max(2000).optional(),
  trigger_id: z.string().max(300).optional(),
});
export type CommandPayload = z.infer<typeof commandSchema>;

/** What a button that decides carries: the checkpoint and the plan that was shown with it. */
export const buttonSchema = z.object({ checkpoint: z.string().max(200), digest: z.string().max(128) });
export type ButtonValue = z.infer<typeof buttonSchema>;
/** What a button that starts carries. */
export const startSchema = z.object({
  start: z.string().min(1).max(80),
  args: z.record(z.string().max(100), z.json()).default({}),
});
export type StartValue = z.infer<typeof startSchema>;

export function fromJson(text: string | null | undefined): unknown {
  try {
    return text === null || text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
