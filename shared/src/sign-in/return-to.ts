/** Longer ones are not worth remembering. */
const MAX_CHARS = 500;

/**
 * Where somebody goes after signing in: a path of this very workspace, else the start page. Anything a browser could read
 * as another origin (`//host`, `/\host`, a scheme, control characters) is refused.
 */
export function returnPath(asked: string | null | undefined): string {
  if (!asked || asked.length > MAX_CHARS || !asked.startsWith("/") || /[\\\p{Cc}]/u.test(asked)) return "/";
  const base = "https://workspace.invalid";
  let url: URL;
  try {
    url = new URL(asked, base);
  } catch {
    return "/";
  }
  if (url.origin !== base || url.pathname.startsWith("//")) return "/";
  // A page is meant: an answer of the API, or signing in once more, is no place to land on.
  if (/^\/(?:api|sign-in|hooks|mcp|slack)(?:\/|$)/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
