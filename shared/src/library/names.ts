/** How people write a command's name, and the slugs they may mean. */
import type { Command } from "../contracts/definition.ts";

export type Lookup = (slug: string) => Promise<Command | null>;

/** `Git  Status` → `git-status`. */
export function slugify(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** The slugs that `git status`, `shell/git-status` or `cursor: open file` may stand for, likeliest first. */
export function slugCandidates(written: string): string[] {
  const tail = /^[^/:]*[/:](.*)$/s.exec(written)?.[1];
  const all = [slugify(written), ...(tail === undefined ? [] : [slugify(tail)])];
  return [...new Set(all)].filter((slug) => slug !== "" && slug.length <= 64);
}

/** The command that is meant, written with or without its category; null when there is none. */
export async function findCommand(written: string, lookup: Lookup): Promise<Command | null> {
  for (const slug of slugCandidates(written)) {
    const found = await lookup(slug);
    if (found) return found;
  }
  // "bash git status": the category as a first word of its own.
  const [category, ...rest] = written.trim().split(/\s+/);
  if (rest.length === 0) return null;
  const found = await lookup(slugify(rest.join(" ")));
  const names = ["bash", "shell", slugify(found?.category ?? "")];
  return found && names.includes(slugify(category ?? "")) ? found : null;
}
