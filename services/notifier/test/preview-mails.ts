/** `npm run preview:mails [folder] [mail…]`: a picture of each mail at 640 and 390 px, light and dark, to be looked at. Needs Chromium. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sampleMails } from "./mail-samples.ts";

const folder = resolve(process.argv[2] ?? "mail-previews");
const chromium = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  process.env.CHROMIUM ?? "",
].find((path) => path !== "" && existsSync(path));
if (!chromium) {
  console.error(
    "There is no Chromium here. Install it (apt-get install chromium) or set CHROMIUM to its path.",
  );
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const only = process.argv.slice(3);
for (const [name, mail] of Object.entries(sampleMails())) {
  if (only.length > 0 && !only.includes(name)) continue;
  const html = join(folder, `${name}.html`);
  writeFileSync(html, mail.html);
  writeFileSync(join(folder, `${name}.txt`), `Subject: ${mail.subject}\n\n${mail.text}`);
  for (const [width, dark] of [
    [640, false],
    [390, false],
    [640, true],
  ] as const) {
    // A window of Chromium is at least 500 wide; a frame is as narrow as it is told.
    const frame = join(folder, `${name}-${width}.frame.html`);
    writeFileSync(
      frame,
      `<!doctype html><body style="margin:0"><iframe src="${name}.html" style="width:${width}px;height:1500px;border:0"></iframe></body>`,
    );
    const picture = join(folder, `${name}-${width}${dark ? "-dark" : ""}.png`);
    execFileSync(
      chromium,
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--allow-file-access-from-files",
        ...(dark ? ["--blink-settings=preferredColorScheme=0"] : []),
        `--window-size=${width},1500`,
        `--screenshot=${picture}`,
        `file://${frame}`,
      ],
      { stdio: "ignore", timeout: 60_000 },
    );
    console.log(picture);
  }
}
