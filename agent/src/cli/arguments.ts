/** Words of the command line as the values a command's parameters take. */

/** Wrong use, told in a sentence; the process ends with code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The person ended it at a question; the process ends with code 130. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** `name=value` words in the types the command's parameters have. What cannot be read stays text; the server says why it is wrong. */
export function typedArgs(
  words: string[],
  parameters: { name: string; type: string }[],
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`Arguments are given as name=value, not "${word}".`);
    const name = word.slice(0, at);
    const type = parameters.find((parameter) => parameter.name === name)?.type ?? "string";
    args[name] = typedValue(word.slice(at + 1), type);
  }
  return args;
}

/** One value as its type asks for. */
export function typedValue(text: string, type: string): unknown {
  return ["number", "boolean", "json"].includes(type) ? readJson(text) : text;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
