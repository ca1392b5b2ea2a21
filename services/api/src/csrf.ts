/** A cookie is sent by the browser whoever asks; so whatever changes something must also prove that our own page asked. */
import { sameText } from "@tw/shared/approvals/links";
import { Refusal } from "@tw/shared/errors";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Where the request says it comes from; null when it says nothing, as no browser does for a POST. */
function comesFromHere(request: Request, publicUrl: string): boolean | null {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (site !== null && site !== "same-origin") return false;
  if (origin !== null && origin !== "null") {
    const ours = [new URL(request.url).origin];
    if (URL.canParse(publicUrl)) ours.push(new URL(publicUrl).origin);
    return ours.includes(origin);
  }
  return site === null ? null : true;
}

/**
 * Refuses a request that came with a session's cookie and changes something, unless it comes from our own origin and
 * carries the session's own value in `X-TW-CSRF`.
 */
export function checkCsrf(request: Request, expected: string, publicUrl: string): void {
  if (SAFE_METHODS.includes(request.method)) return;
  if (comesFromHere(request, publicUrl) !== true)
    throw new Refusal("forbidden", "This request came from another site, so nothing was done.");
  const given = request.headers.get("x-tw-csrf");
  if (given === null)
    throw new Refusal(
      "forbidden",
      "With a cookie, send the header X-TW-CSRF; GET /api/me answers its value as csrf.",
    );
  if (!sameText(given, expected))
    throw new Refusal(
      "forbidden",
      "X-TW-CSRF is not that of this session. Read it again with GET /api/me, then go on.",
    );
}

/** Refuses a form that another site sent. Without scripts there is no header to ask for; the browser's own word is enough. */
export function checkFormOrigin(request: Request, publicUrl: string): void {
  // A browser asked by hand to repeat a form says "none".
  if (request.headers.get("sec-fetch-site") === "none") return;
  if (comesFromHere(request, publicUrl) === false)
    throw new Refusal(
      "forbidden",
      "Another site sent this form, so nothing was done. Open the page here and use it.",
    );
}
