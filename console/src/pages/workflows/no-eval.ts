/** The page's policy forbids code from text, and zod would try it: this stands before the first schema is made. */
import { config } from "zod";

config({ jitless: true });
