/** `tw agent doctor`: what an agent would find on this machine, and what stands in its way. */
import { unreachable } from "./cli/api.ts";
import { EXIT } from "./cli/exit-codes.ts";
import { currentUrl } from "./cli/logins.ts";
import { ConfigError, givenToken, type Options, pathWithOwn, readConfig } from "./config.ts";
import { findFacts } from "./facts.ts";
import { refusedFor } from "./link.ts";
import { loadPolicy } from "./policy-file.ts";
import { findTools } from "./tools.ts";

const KINDS: { [mark: string]: string } = { "✓": "good", "✗": "bad", "·": "known" };

/** Prints the findings, with `json` as one value; 0 when an agent could work here, 6 when the workspace does not answer, 4 when the token is not valid. */
export async function doctor(options: Options & { json?: boolean }, env: NodeJS.ProcessEnv): Promise<number> {
  env.PATH = pathWithOwn(env.PATH);
  const findings: { kind: string | undefined; text: string }[] = [];
  const say = (mark: string, line: string) => {
    findings.push({ kind: KINDS[mark], text: line });
    if (!options.json) process.stdout.write(`${mark} ${line}\n`);
  };
  const token = givenToken(options, env) ?? "none";
  const url = options.url || env.TW_URL || currentUrl(env);
  const config = readConfig({ ...options, token, ...(url ? { url } : {}) }, env);
  say("·", `root ${config.root}`);
  say("·", `state ${config.stateDir}`);
  let code: number = EXIT.done;
  try {
    const { policy, file, hash } = await loadPolicy(config.policyFile, config.stateDir);
    const effects = Object.entries(policy.effects).map((one) => one.join(": "));
    say(
      "·",
      `policy ${file} (${hash.slice(0, 12)}): ${policy.programs.length} programs, effects ${effects.join(", ")}`,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say("✗", error.message);
    code = EXIT.failed;
  }

  const tools = await findTools(config.root, env.PATH ?? "");
  for (const [tool, version] of Object.entries(tools)) say("✓", `${tool} ${version}`);
  for (const tool of ["git", "node", "npm", "wrangler"]) if (!tools[tool]) say("✗", `${tool} is missing`);
  const facts = await findFacts(config.root);
  const { branch } = (facts.git ?? {}) as { branch?: string };
  say("·", branch ? `git branch ${branch}` : "no git repository at the root");

  try {
    const response = await fetch(`${config.url}/api/health`, { signal: AbortSignal.timeout(5_000) });
    say(response.ok ? "✓" : "✗", `${config.url} answers ${response.status}`);
    if (!response.ok) code = EXIT.failed;
    else if (config.token === "none") say("·", "no token given, so none was tried");
    else if (!(await tokenWorks(config.url, config.token, say))) code = EXIT.token;
  } catch (error) {
    say("✗", unreachable(config.url, error));
    code = EXIT.unreachable;
  }
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ok: code === EXIT.done, findings }, null, 2)}\n`);
  return code;
}

async function tokenWorks(
  url: string,
  token: string,
  say: (mark: string, line: string) => void,
): Promise<boolean> {
  const why = await tokenRefused(url, token);
  say(why ? "✗" : "✓", why ? `the token is not valid: ${why}` : "the token is valid");
  return why === null;
}

/** Why no agent can work with this token; null when one can. Rejects when the workspace does not answer. */
export async function tokenRefused(url: string, token: string): Promise<string | null> {
  // Without an upgrade nothing connects; a bad token is told from a good one all the same.
  const response = await fetch(`${url}/api/agents/connect`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5_000),
  });
  return refusedFor(response.status);
}
