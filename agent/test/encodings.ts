/** Every form in which a program may print a secret, and the text around it. */

/** The forms that must never be readable, by name. */
export function encodings(value: string): { [name: string]: string } {
  const bytes = Buffer.from(value, "utf8");
  const base64 = bytes.toString("base64");
  const url = encodeURIComponent(value);
  const hex = bytes.toString("hex");
  const pairs = hex.match(/../g) as string[];
  const u16 = [...Array(value.length).keys()].map((i) => value.charCodeAt(i).toString(16).padStart(4, "0"));
  return {
    plain: value,
    base64,
    "base64 without padding": base64.replace(/=+$/, ""),
    base64url: bytes.toString("base64url"),
    "base64 behind one byte": Buffer.concat([Buffer.from("x"), bytes]).toString("base64"),
    "base64 behind two bytes": Buffer.concat([Buffer.from("xy"), bytes]).toString("base64"),
    "base64 between bytes": Buffer.concat([Buffer.from("user:"), bytes, Buffer.from("\n")]).toString(
      "base64",
    ),
    "base64 in lines of 76": base64.replace(/.{76}/g, "$&\n"),
    hex,
    HEX: hex.toUpperCase(),
    "hex by colons": pairs.join(":"),
    "hex by blanks": pairs.join(" "),
    "hex dump with 0x": pairs.map((pair) => `0x${pair}`).join(", "),
    "\\x": pairs.map((pair) => `\\x${pair}`).join(""),
    url,
    "url, small": url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    "url, plus": url.replaceAll("%20", "+"),
    "url, all": pairs.map((pair) => `%${pair.toUpperCase()}`).join(""),
    json: JSON.stringify(value).slice(1, -1),
    "json, ascii": [...Array(value.length).keys()]
      .map((i) => {
        const char = JSON.stringify(value[i]).slice(1, -1);
        return value.charCodeAt(i) < 127 ? char : `\\u${u16[i]}`;
      })
      .join(""),
    "json with \\/": JSON.stringify(value).slice(1, -1).replaceAll("/", "\\/"),
    "json in json": JSON.stringify(JSON.stringify(value)).slice(3, -3),
    "\\u": u16.map((code) => `\\u${code}`).join(""),
    html: value
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
    "shell quotes": value.replaceAll("'", `'\\''`),
    "shell, ansi": value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n"),
    "base64 twice": Buffer.from(base64).toString("base64"),
  };
}

/** What of a form can still be read in a text: its pieces of `chars` characters. */
export function readable(text: string, form: string, chars = 10): string[] {
  const found: string[] = [];
  for (let at = 0; at + chars <= form.length; at++) {
    const piece = form.slice(at, at + chars);
    if (text.includes(piece)) found.push(piece);
  }
  return found;
}
