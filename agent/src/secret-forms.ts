/** The forms in which a secret may show up in what a program prints. */

export const SECRET_MIN_CHARS = 8;
/** A line of a longer value that counts as a secret of its own. */
const LINE_CHARS = 16;
/** Where common tools break lines of base64: PEM files and openssl, MIME and coreutils. */
const WRAPS = [64, 76];

/** All forms of a value; those that are too short to be told from ordinary text are left out. */
export function variants(value: string): string[] {
  if (value.length < SECRET_MIN_CHARS) return [];
  const bytes = Buffer.from(value, "utf8");
  const all = new Set<string>([
    value,
    ...urlForms(value, bytes),
    ...hexForms(bytes),
    ...jsonForms(value),
    ...quotedForms(value),
    ...base64Forms(bytes),
    ...base64Forms(Buffer.from(bytes.toString("base64"))),
  ]);
  // A key of several lines is printed indented or with other line ends.
  for (const line of value.split(/\r?\n/)) if (line.length >= LINE_CHARS) all.add(line);
  return [...all].filter((form) => form.length >= SECRET_MIN_CHARS);
}

function urlForms(value: string, bytes: Buffer): string[] {
  // A lone half of a surrogate pair has no URL encoding; its bytes have.
  const url = encodeURIComponent(value.toWellFormed());
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const every = pairsOf(bytes)
    .map((pair) => `%${pair}`)
    .join("");
  const forms = [url, strict].flatMap((form) => [form, form.replaceAll("%20", "+")]);
  return [...forms, ...forms.map(smallCodes), every, every.toUpperCase()];
}
function smallCodes(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function hexForms(bytes: Buffer): string[] {
  const pairs = pairsOf(bytes);
  const forms = [
    ...["", ":", "-", " "].map((between) => pairs.join(between)),
    ...[", ", ",", " "].map((between) => pairs.map((pair) => `0x${pair}`).join(between)),
    pairs.map((pair) => `\\x${pair}`).join(""),
  ];
  const upper = (form: string) => form.replace(/[a-f]+/g, (letters) => letters.toUpperCase());
  return [...forms, ...forms.map(upper)];
}
function pairsOf(bytes: Buffer): string[] {
  return bytes.toString("hex").match(/../g) ?? [];
}

function jsonForms(value: string): string[] {
  const json = inJson(value);
  const code = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const units = Array.from({ length: value.length }, (_, i) => value[i] as string);
  const every = units.map(code).join("");
  // Python and others write ASCII only; Go's encoder also hides what could end a script element.
  const ascii = json.replace(/[\u007f-\uffff]/g, code);
  const forms = [json, ascii, json.replace(/[<>&]/g, code), ascii.replace(/[<>&]/g, code)];
  const upper = (form: string) =>
    form.replace(/\\u[0-9a-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
  return [
    ...forms,
    ...forms.map((form) => form.replaceAll("/", "\\/")),
    inJson(json),
    every,
    upper(every),
    upper(ascii),
  ];
}
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As HTML and shells quote it. */
function quotedForms(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const apostrophes = ["'", "&#39;", "&#x27;", "&apos;", "&#039;"];
  const quotes = ['"', "&quot;", "&#34;"];
  return [
    ...apostrophes.flatMap((one) => quotes.map((two) => html.replaceAll('"', two).replaceAll("'", one))),
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n"),
    // printf %q, and the inside of double quotes.
    value.replace(/[^\w@%+=:,./\-\u0080-\uffff]/g, "\\$&"),
    value.replace(/[\\"$`]/g, "\\$&"),
  ];
}

/** Base64 of the value alone, and what stays the same of it at each of the three places inside a longer text; also in lines. */
function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString("base64")];
  for (let before = 0; before < 3; before++) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    forms.push(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)));
  }
  const lines = WRAPS.flatMap((width) => {
    const parts = forms[0]?.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    if (parts.length < 2) return [];
    return [parts.join("\n"), parts.join("\r\n"), ...parts.filter((part) => part.length >= LINE_CHARS)];
  });
  const all = [...forms, ...lines];
  return [...all, ...all.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}
