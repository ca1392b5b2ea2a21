/** A start that cannot be, said in one sentence to a person. */
export class Refused extends Error {
  override name = "Refused";
}
