/** What a person, or a program, is told once everything is ready. */
import { join, relative, resolve } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import type { Options } from "./options.ts";
import type { ServerReady } from "./parts.ts";

/** One line of JSON with `--json`, else a short text with commands that work as they stand. */
export function welcome(
  options: Options,
  data: DataFolder,
  { url, consoleUrl }: ServerReady,
  root: string,
): string {
  const { tenant, ownerToken, agent } = data.identity;
  if (options.json) {
    return `${JSON.stringify({ url, token: ownerToken, tenant, agent_id: options.agent ? agent : null, data: data.path, console_url: consoleUrl })}\n`;
  }
  const header = `-H "Authorization: Bearer $(cat ${quote(data.tokenFile)})"`;
  const post = (path: string, body: unknown): string =>
    `  curl -s ${header} -H 'Content-Type: application/json' \\\n    ${url}${path} -d ${quote(JSON.stringify(body))}`;
  const lines = [
    "",
    `The workspace is ready at ${url}`,
    `  sign in here    ${consoleUrl}`,
    "                  (once, within ten minutes; each start prints a new one)",
    `  owner's token   ${data.tokenFile}`,
    `  agent works in  ${options.agent ? root : "(no agent was started)"}`,
    `  logs            ${data.logs}`,
  ];
  if (options.notifyWebhook) {
    lines.push(`  webhook key     notifyWebhookKey in ${join(data.path, "identity.json")}`);
  }
  lines.push("", "Try:");
  if (options.agent) lines.push("", post("/api/commands/pwd/execute", {}));
  if (options.agent && options.demo) {
    const readme = resolve(root, "demo", "README.md");
    lines.push(
      "",
      `  echo "A line of mine." >> ${quote(readme)}`,
      post("/api/workflows/workflow-deploy/execute", {
        cwd: relative(root, resolve(root, "demo")),
        args: { message: "A line of mine", env: "staging", dry_run: true },
      }),
      "  It stops before wrangler deploy and asks: GET /api/checkpoints?status=pending,",
      '  then POST /api/checkpoints/ID/approve {"approved": true}, or false and all of it is undone.',
    );
  }
  lines.push("", `  curl -s ${header} ${url}/api/runs`, "", "Ctrl-C stops all of it.", "");
  return `${lines.join("\n")}\n`;
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
