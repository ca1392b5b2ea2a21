/** YAML documents as plain values; whatever is wrong with them is an ImportError that names the file. */
import { parseAllDocuments } from "yaml";
import { ImportError } from "./item.ts";

/**
 * Values of all documents, empty ones left out. With `asWritten` every scalar stays the text it is (`1.0` is no number). Aliases are followed up to a bound, so that a small file stays small.
 */
export function readYaml(path: string, text: string, asWritten = false): unknown[] {
  const parsed = parseAllDocuments(text, asWritten ? { schema: "failsafe" } : {});
  const documents = Array.isArray(parsed) ? parsed : [];
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) throw new ImportError(`${path} is not YAML: ${broken.message.split("\n")[0]}`);
  try {
    return documents
      .map((document) => document.toJS({ maxAliasCount: 100 }) as unknown)
      .filter((one) => one !== null);
  } catch (error) {
    throw new ImportError(`${path} is not YAML that can be read: ${(error as Error).message}`);
  }
}
