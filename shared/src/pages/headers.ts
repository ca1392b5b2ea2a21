/** Headers of the pages that are served without the console. */

const hashes = new Map<string, Promise<string>>();

/**
 * Of a page whose one style sheet is `style`: it is allowed by its hash, the typeface comes from our own address, forms go to us only,
 * and there is no script; so nothing that slips into the page can style, load or send anything.
 */
export async function pageHeaders(style: string): Promise<{ [name: string]: string }> {
  let hash = hashes.get(style);
  if (!hash) {
    hash = crypto.subtle
      .digest("SHA-256", new TextEncoder().encode(style))
      .then((digest) => btoa(String.fromCharCode(...new Uint8Array(digest))));
    hashes.set(style, hash);
  }
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${await hash}'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
  };
}
