/** `ide.yaml` (or `.json`) in the agent's state directory: language servers and formatters for languages we do not know by ourselves. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NotStarted } from "../not-started.ts";

export interface OwnTool {
  extensions: string[];
  /** Program and arguments; `{file}` as a whole argument is the file's path. */
  command: string[];
  memoryMb: number;
}
export interface Settings {
  language_servers: OwnTool[];
  formatters: OwnTool[];
}
const MEMORY_MB = 2_048;

/** Reads it anew each time: who writes it wants it to count at once. Throws NotStarted with what is wrong in it. */
export async function readSettings(stateDir: string): Promise<Settings> {
  const file = ["ide.yaml", "ide.json"].map((name) => join(stateDir, name)).find(existsSync);
  if (!file) return { language_servers: [], formatters: [] };
  const wrong = (what: string) => new NotStarted("prerequisite_missing", `The file ${file}: ${what}`);
  let said: unknown;
  try {
    const text = readFileSync(file, "utf8");
    said = file.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (error) {
    throw wrong(`it cannot be read: ${(error as Error).message}`);
  }
  if (said === null || typeof said !== "object" || Array.isArray(said)) throw wrong("it must be an object.");
  const unknown = Object.keys(said).find((name) => name !== "language_servers" && name !== "formatters");
  if (unknown) throw wrong(`"${unknown}" is not known; known are language_servers and formatters.`);
  const list = (name: keyof Settings): OwnTool[] => {
    const items = (said as Record<string, unknown>)[name] ?? [];
    if (!Array.isArray(items)) throw wrong(`"${name}" must be a list.`);
    return items.map((item) => {
      const { extensions, command, memory_mb = MEMORY_MB } = (item ?? {}) as Record<string, unknown>;
      if (!words(extensions) || !extensions.every((one) => one.startsWith(".")))
        throw wrong(`each of "${name}" needs "extensions", a list of endings that begin with a dot.`);
      if (!words(command))
        throw wrong(`each of "${name}" needs "command", a list: the program and its arguments.`);
      if (typeof memory_mb !== "number" || memory_mb < 64) throw wrong('"memory_mb" is a number from 64.');
      return { extensions, command, memoryMb: memory_mb };
    });
  };
  return { language_servers: list("language_servers"), formatters: list("formatters") };
}

function words(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && one !== "")
  );
}
