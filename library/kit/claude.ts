/** Questions put to the Claude Code CLI in print mode, bound in rounds and cost. It may read the project and nothing else. */
import { readFileSync } from "node:fs";
import { attempt, run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

const DIFF_CHARS = 400_000;
/** What the model may not use, whatever the settings on this machine allow. */
export const READ_ONLY = [
  "--permission-mode",
  "plan",
  "--disallowedTools",
  "Bash,Edit,Write,NotebookEdit,WebFetch,WebSearch",
];
const TASKS: { [task: string]: string } = {
  review:
    "Review the following diff. Say what is wrong or risky, most important first, each with file and line; say so plainly when nothing is.",
  message:
    "Write the commit message for the following diff: one line of at most 72 characters in the imperative, and only where it helps an empty line and a short body. Answer with the message alone.",
};
/** What it prints with `--output-format json`. */
interface Answer {
  subtype?: string;
  is_error?: boolean;
  result?: string;
  errors?: string[];
  total_cost_usd?: number;
  duration_ms?: number;
  num_turns?: number;
  session_id?: string;
}

/** The question is on stdin. Prints `text`, `cost_usd`, `duration_ms`, `turns`, `session`. */
export function claudeAsk(words: Words): object {
  return ask(readFileSync(0, "utf8"), words);
}

/** `--task review|message` on the diff of the index, or of everything against `--commit`. */
export function claudeDiff(words: Words): object {
  const task = TASKS[words.needed("task")];
  if (task === undefined) throw new Failed(`--task is one of ${Object.keys(TASKS).join(", ")}`);
  const commit = words.value("commit");
  const staged = words.value("staged") !== "no" && commit === undefined;
  const range = staged ? ["--staged"] : commit === undefined ? [] : [commit];
  const { stdout: diff } = run("git", ["--no-pager", "diff", "--no-color", ...range, "--"], false);
  if (diff.trim() === "")
    throw new Failed(
      staged ? "nothing is staged; git-add stages changes, or say staged: false" : "there are no changes",
    );
  const note = words.value("note");
  const asked = [task, ...(note === undefined ? [] : [note]), diff.slice(0, DIFF_CHARS)].join("\n\n");
  return { ...ask(asked, words), truncated: diff.length > DIFF_CHARS };
}

function ask(text: string, words: Words): object {
  const flags: [flag: string, value: string | undefined][] = [
    ["--model", words.value("model")],
    ["--max-turns", words.value("max-turns")],
    ["--max-budget-usd", words.value("max-usd")],
  ];
  const given = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  const argv = ["-p", "--output-format", "json", ...READ_ONLY, ...given];
  // It tells in its JSON why it failed, so the exit code comes second.
  const { stdout, stderr } = attempt("claude", argv, false, { input: text });
  const answer = answerOf(stdout, stderr);
  const facts = {
    cost_usd: answer.total_cost_usd,
    duration_ms: answer.duration_ms,
    turns: answer.num_turns,
    session: answer.session_id,
  };
  return { text: answer.result.trim(), ...facts };
}

function answerOf(stdout: string, stderr: string): Answer & { result: string } {
  let answer: Answer;
  try {
    answer = JSON.parse(stdout) as Answer;
  } catch {
    throw new Failed(`claude answered something else than JSON: ${(stderr.trim() || stdout).slice(0, 600)}`);
  }
  const spent = answer.total_cost_usd === undefined ? "" : ` It has cost $${answer.total_cost_usd}.`;
  if (answer.subtype === "error_max_turns")
    throw new Failed(
      `claude was not done after ${answer.num_turns} rounds; give it more with max_turns.${spent}`,
    );
  if (answer.subtype === "error_max_budget_usd")
    throw new Failed(`claude was not done when the money was; give it more with max_usd.${spent}`);
  if (answer.is_error || typeof answer.result !== "string")
    throw new Failed(
      `claude could not answer: ${answer.result ?? answer.errors?.join("; ") ?? stdout.slice(0, 300)}${spent}`,
    );
  return { ...answer, result: answer.result };
}
