/** The look of the pages that are served without the console (signing in, an approval's link): its colours, faces and mark. */

/** The console's design tokens that these pages use, for light and dark; `console/src/style.css` is where they are chosen. */
export const TOKENS: { readonly [name: string]: readonly [light: string, dark: string] } = {
  bg: ["#faf9f7", "#131312"],
  raised: ["#ffffff", "#1b1b19"],
  sunken: ["#f2f0ec", "#0d0d0c"],
  hover: ["#efede8", "#242421"],
  line: ["#e5e2dc", "#2b2b28"],
  "line-strong": ["#c9c5bc", "#45443f"],
  text: ["#1b1a18", "#edece8"],
  muted: ["#5d5a53", "#aba89f"],
  faint: ["#6f6b63", "#918e85"],
  accent: ["#2a4fcf", "#94adff"],
  "accent-strong": ["#1f3fae", "#b3c5ff"],
  "on-accent": ["#ffffff", "#0f1530"],
  ok: ["#1a7042", "#63c892"],
  bad: ["#b3261e", "#ff9388"],
  warn: ["#855300", "#e5b454"],
  "ok-soft": ["#e3f1e8", "#14291d"],
  "bad-soft": ["#fbe9e7", "#331613"],
  "warn-soft": ["#f8efdc", "#2d2310"],
};

// Two rules instead of `light-dark()`: a link in a mail is opened by older browsers than the console is.
const themed = (at: 0 | 1) =>
  Object.entries(TOKENS)
    .map(([name, pair]) => `--${name}:${pair[at]}`)
    .join(";");

const LATIN =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const LATIN_EXT =
  "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";

/** The console's own files of its two faces; where there is no console the system's face stands in. */
export const FACES = ["inter-latin", "inter-latin-ext", "jetbrains-mono-latin"].map(
  (name) => `/fonts/${name}-wght-normal.woff2`,
);
const faces = FACES.map((file) => {
  const family = file.includes("mono") ? "JetBrains Mono Variable" : "Inter Variable";
  return `@font-face{font-family:"${family}";font-display:swap;font-weight:100 800;src:url(${file}) format("woff2");unicode-range:${file.includes("-ext") ? LATIN_EXT : LATIN}}`;
}).join("\n");

/** What both kinds of page begin with; each adds its own parts. */
export const PAGE_STYLE = `
${faces}
:root{color-scheme:light dark;${themed(0)};--mono:"JetBrains Mono Variable",ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${themed(1)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 "Inter Variable",system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-feature-settings:"cv11","ss03"}
.brand{display:flex;align-items:center;gap:10px;font-weight:600;min-width:0;overflow-wrap:anywhere}
.brand svg{flex:none;width:24px;height:24px}
h1{font-size:22px;line-height:1.27;letter-spacing:-.01em;font-weight:600;margin:0 0 8px;overflow-wrap:anywhere;text-wrap:pretty}
h2{font-size:14px;line-height:1.43;font-weight:600;margin:0 0 8px}
p{margin:0 0 8px;overflow-wrap:anywhere}
a{color:var(--accent)}
code,pre,.mono{font-family:var(--mono);font-size:13px;font-variant-ligatures:none}
label{display:block;font-weight:600;font-size:14px;margin:0 0 4px}
.sub{color:var(--muted);font-size:14px}
.err{color:var(--bad);font-size:14px;margin:4px 0 0}
[aria-invalid=true]{border-color:var(--bad)!important}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{font-size:13px;color:var(--muted);border-top:1px solid var(--line);padding-top:16px;overflow-wrap:anywhere}
`;

/** The product's mark, as in the corner of the console. */
export const MARK =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#2a4fcf"/><path d="M8 10h10M8 16h6M8 22h10" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><path d="m20 12 5 4-5 4" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>';
