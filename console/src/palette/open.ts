/** Opens the palette from anywhere. */
import { store } from "../api/store.ts";
import type { Values } from "../api/types.ts";

export interface PaletteStart {
  /** Words already typed. */
  text?: string;
  /** A command already chosen, with arguments already known: it opens at its form. */
  command?: { slug: string; args?: Values; cwd?: string };
}

/** Null while it is closed. */
export const paletteOpen = store<PaletteStart | null>(null);

export function openPalette(start: PaletteStart = {}): void {
  paletteOpen.set(start);
}
