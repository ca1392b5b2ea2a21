/** What an agent does itself when a step names it. Loaded when first asked for: most agents never are. */
import type { Outputs } from "../outputs.ts";
import { type Action, type ActionContext, neededArg, textArg } from "./context.ts";

const ACTIONS: { [name: string]: () => Promise<Action> } = {
  "open-file": async () => (await import("./editor.ts")).openFile,
  diff: async () => (await import("./editor.ts")).diffFiles,
  "format-document": async () => (await import("./format.ts")).formatDocument,
  "find-references": async () => (await import("./navigate.ts")).findReferences,
  "goto-definition": async () => (await import("./navigate.ts")).gotoDefinition,
  "rename-symbol": async () => (await import("./rename.ts")).renameSymbol,
  search: async () => (await import("./search.ts")).search,
  diagnostics: async () => (await import("./diagnostics.ts")).diagnostics,
  "undo-patch": async () => undo,
  "service-start": async () => (await import("../services/actions.ts")).startService,
  "service-stop": async () => (await import("../services/actions.ts")).stopService,
  "service-restart": async () => (await import("../services/actions.ts")).restartService,
  "service-status": async () => (await import("../services/actions.ts")).serviceStatus,
  "service-list": async () => (await import("../services/actions.ts")).listServices,
  "service-logs": async () => (await import("../services/actions.ts")).serviceLogs,
};

/** The action of this name, or null: a newer workspace may know more of them. */
export async function actionOf(name: string): Promise<Action | null> {
  return Object.hasOwn(ACTIONS, name) ? ((await ACTIONS[name]?.()) ?? null) : null;
}

/** By the id of a change made on this machine, or by its patch. */
async function undo(context: ActionContext): Promise<Outputs> {
  const { undoEdit, undoPatch } = await import("./edits.ts");
  const id = textArg(context, "undo");
  const outputs =
    id === undefined ? await undoPatch(context, neededArg(context, "patch")) : await undoEdit(context, id);
  for (const file of outputs.files as string[]) context.say(`${file} is as it was`);
  return outputs;
}
