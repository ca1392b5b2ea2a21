/** The modal of a decision: a checkpoint's form, and a comment. Pure. */
import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import { labelOf } from "@tw/shared/approvals/form";
import { questionOf } from "@tw/shared/approvals/request";
import { slackCode, slackText } from "@tw/shared/approvals/slack-text";
import { oneLine } from "@tw/shared/approvals/visible";
import type { FormField } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import type { Checkpoint } from "@tw/shared/engine/state";
import type { Issue } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import type { ViewValues } from "./slack-payloads.ts";

export const DECIDE = "tw_decide";
/** Slack's limits: 24 characters of a title, 75 of an option, 3,000 of a text input; 100 options. */
const TITLE = 24;
const OPTION = 75;
const OPTIONS = 100;
const INPUT = 3_000;
const COMMENT = "comment";
const VALUE = "value";

/** What comes back with the modal, besides what was typed. */
export interface Pending {
  checkpoint: string;
  digest: string;
  decision: "approve" | "reject";
  /** To say the result where the button was. */
  response_url: string | null;
}

export function decideModal(checkpoint: Checkpoint, pending: Pending): ModalView {
  const q = questionOf(checkpoint);
  const approve = pending.decision === "approve";
  const blocks: KnownBlock[] = [
    { type: "section", text: { type: "mrkdwn", text: `*${slackText(q.prompt, 1000)}*` } },
    {
      type: "section",
      text: { type: "mrkdwn", text: slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), 1500) },
    },
    ...(approve ? checkpoint.form.map(inputOf) : []),
    {
      type: "input",
      block_id: COMMENT,
      optional: true,
      label: { type: "plain_text", text: approve ? "Comment" : "Why (the person who asked will read it)" },
      element: { type: "plain_text_input", action_id: VALUE, multiline: true, max_length: INPUT },
    },
  ];
  return {
    type: "modal",
    callback_id: DECIDE,
    private_metadata: JSON.stringify(pending),
    title: { type: "plain_text", text: oneLine(approve ? "Approve" : "Reject", TITLE) },
    submit: { type: "plain_text", text: approve ? "Approve" : "Reject" },
    close: { type: "plain_text", text: "Cancel" },
    blocks,
  };
}

/** Says something in the place of the modal. */
export function saying(text: string): ModalView {
  return {
    type: "modal",
    title: { type: "plain_text", text: "Turbocharged" },
    close: { type: "plain_text", text: "Close" },
    blocks: [{ type: "section", text: { type: "mrkdwn", text: slackText(text, 2500) } }],
  };
}

function inputOf(field: FormField): InputBlock {
  const base = {
    type: "input" as const,
    block_id: blockId(field.name),
    optional: !field.required,
    label: { type: "plain_text" as const, text: oneLine(labelOf(field), 2000) || field.name },
  };
  const given = field.default;
  switch (field.type) {
    case "boolean": {
      const option = { value: "true", text: { type: "plain_text" as const, text: "Yes" } };
      return {
        ...base,
        element: {
          type: "checkboxes",
          action_id: VALUE,
          options: [option],
          ...(given === true ? { initial_options: [option] } : {}),
        },
      };
    }
    case "enum": {
      // By place, since a value of Slack holds 150 characters and one of ours 200.
      const options = (field.options ?? []).slice(0, OPTIONS).map((text, i) => ({
        value: String(i),
        text: { type: "plain_text" as const, text: oneLine(text, OPTION) || "(empty)" },
      }));
      const initial = options[(field.options ?? []).indexOf(String(given))];
      return {
        ...base,
        element: {
          type: "static_select",
          action_id: VALUE,
          options,
          ...(initial ? { initial_option: initial } : {}),
        },
      };
    }
    case "number":
      return {
        ...base,
        element: {
          type: "number_input",
          action_id: VALUE,
          is_decimal_allowed: true,
          ...(typeof given === "number" ? { initial_value: String(given) } : {}),
        },
      };
    default:
      return {
        ...base,
        element: {
          type: "plain_text_input",
          action_id: VALUE,
          max_length: INPUT,
          ...(typeof given === "string" && given.length <= INPUT ? { initial_value: given } : {}),
        },
      };
  }
}

/** What was typed, in the types the fields ask for; what does not convert stays text and is refused by the check. */
export function inputsOf(fields: FormField[], values: ViewValues): { [name: string]: Json } {
  const inputs: { [name: string]: Json } = {};
  for (const field of fields) {
    const element = values[blockId(field.name)]?.[VALUE];
    if (field.type === "boolean") inputs[field.name] = (element?.selected_options ?? []).length > 0;
    else if (field.type === "enum") {
      const at = element?.selected_option?.value;
      inputs[field.name] = at === undefined ? null : (field.options?.[Number(at)] ?? at);
    } else {
      const text = element?.value?.trim() ?? "";
      const number = Number(text);
      if (text === "") inputs[field.name] = null;
      else inputs[field.name] = field.type === "number" && Number.isFinite(number) ? number : text;
    }
  }
  return inputs;
}

export function commentOf(values: ViewValues): string | null {
  const text = values[COMMENT]?.[VALUE]?.value?.trim().slice(0, LIMITS.commentChars) ?? "";
  return text === "" ? null : text;
}

/** Problems beside the fields they are about, as Slack wants them; what belongs to no field stands at the comment. */
export function errorsOf(issues: Issue[], fields: FormField[]): { [block: string]: string } {
  const errors: { [block: string]: string } = {};
  for (const { path, message } of issues) {
    const field = fields.find(({ name }) => path === `inputs.${name}`);
    errors[field ? blockId(field.name) : COMMENT] = oneLine(message, 300);
  }
  return errors;
}

function blockId(name: string): string {
  return `field:${name}`;
}
