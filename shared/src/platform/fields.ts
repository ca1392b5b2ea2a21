/** Fields that several records share. Texts are trimmed; an empty one is refused, `null` takes a value away. */
import * as z from "zod";
import { LIMITS } from "../limits.ts";

export const name = z.string().trim().min(1).max(200);
export const line = z.string().trim().min(1).max(200).nullable().optional();
export const longText = z.string().max(20_000);
export const email = z.email().max(254).toLowerCase().nullable().optional();
export const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .nullable()
  .optional();
/** A day that exists, YYYY-MM-DD. */
export const day = z.iso.date("a day as YYYY-MM-DD");
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month as YYYY-MM");
export const currency = z.string().regex(/^[A-Z]{3}$/, "three capital letters, such as EUR");
/** In the currency's smallest unit; 90 trillion still adds up exactly. */
export const amount = z.int().min(-90_000_000_000_000).max(90_000_000_000_000);
export const id = z.string().min(1).max(100);
export const q = z.string().trim().min(1).max(200).optional();

/** Of every list. As in a query text, numbers may be written as text. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
  cursor: z.string().min(1).max(1_500).optional(),
};
