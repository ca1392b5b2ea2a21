/** What can stand where one types in the YAML: commands, references, ids. */
import type { CompletionSource } from "@codemirror/autocomplete";
import type { Command } from "../../api/types.ts";
import type { Flow } from "./flow.ts";

export function completeIn(flow: Flow, commands: readonly Command[]): CompletionSource {
  const references = [
    ...flow.parameters.map(({ name }) => ({ label: `args.${name}`, type: "variable" })),
    ...flow.steps.flatMap(({ id, outputs }) => [
      ...outputs.map((output) => ({ label: `steps.${id}.outputs.${output}`, type: "property" })),
      { label: `steps.${id}.status`, type: "property" },
    ]),
  ];
  const slugs = commands.map(({ slug, description }) => ({
    label: slug,
    type: "function",
    info: description.slice(0, 160),
  }));
  return (context) => {
    const command = context.matchBefore(/command:\s*[\w-]*/);
    const from = command ? null : context.matchBefore(/from:\s*[\w.-]*/);
    const found = command ?? from;
    if (!found) return null;
    const word = /[\w.-]*$/.exec(found.text)?.[0] ?? "";
    return { from: context.pos - word.length, options: command ? slugs : references, validFor: /^[\w.-]*$/ };
  };
}
