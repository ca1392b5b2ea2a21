import { externalSchema, type HttpExternal } from "@tw/shared/contracts/definition";

/** A definition as it would stand in the library, with its defaults filled in. */
export function httpSchemaOf(definition: object): HttpExternal {
  return externalSchema.parse(definition) as HttpExternal;
}
