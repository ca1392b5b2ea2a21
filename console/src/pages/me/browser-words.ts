/** A browser's own long name in few words: "Firefox 142 on Windows". Null where it says nothing one knows. */
export function browserWords(userAgent: string): string | null {
  const named = BROWSERS.find(([, pattern]) => pattern.test(userAgent));
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  if (!named) return system ? `a program on ${system}` : null;
  const version = named[1].exec(userAgent)?.[1];
  return `${named[0]}${version ? ` ${version}` : ""}${system ? ` on ${system}` : ""}`;
}

/** Those that also name another one come before it. */
const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /Edg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /OPR\/(\d+)/],
  ["Samsung Internet", /SamsungBrowser\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chromium", /(?:Chromium|HeadlessChrome)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+)[\d.]* .*Safari/],
  ["curl", /^curl\/(\d+)/],
];
const SYSTEMS: readonly [string, RegExp][] = [
  ["Windows", /Windows NT/],
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["macOS", /Mac OS X|Macintosh/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux|X11/],
];
