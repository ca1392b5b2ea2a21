/** The box of a field that stands in a row with others, and so cannot be a `Field` of the kit. */
export const BOX =
  "min-h-8 rounded border border-line-strong bg-raised px-2 text-text placeholder:text-faint aria-invalid:border-bad";
