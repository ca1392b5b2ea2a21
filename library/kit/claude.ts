/** Questions about the project's changes, put to the Claude Code CLI. It may read and nothing else. */
import { run, runWithInput } from "./run.ts";
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
interface Answer {
  is_error?: boolean;
  result?: string;
  total_cost_usd?: number;
  session_id?: string;
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
  const model = words.value("model");
  const argv = ["-p", "--output-format", "json", ...READ_ONLY, ...(model ? ["--model", model] : [])];
  const { result, total_cost_usd, session_id } = answerOf(runWithInput("claude", argv, asked).stdout);
  return {
    answer: result.trim(),
    truncated: diff.length > DIFF_CHARS,
    ...(total_cost_usd === undefined ? {} : { cost_usd: total_cost_usd }),
    ...(session_id === undefined ? {} : { session: session_id }),
  };
}

function answerOf(stdout: string): Answer & { result: string } {
  let answer: Answer;
  try {
    answer = JSON.parse(stdout) as Answer;
  } catch {
    throw new Failed(`claude answered something else than JSON: ${stdout.slice(0, 300)}`);
  }
  if (answer.is_error || typeof answer.result !== "string")
    throw new Failed(`claude could not answer: ${answer.result ?? stdout.slice(0, 300)}`);
  return { ...answer, result: answer.result };
}
