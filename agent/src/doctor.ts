/** `tw agent doctor`: what an agent would find on this machine, and what stands in its way. */
import { type Options, pathWithOwn, readConfig } from "./config.ts";
import { findFacts } from "./facts.ts";
import { loadPolicy } from "./policy-file.ts";
import { findTools } from "./tools.ts";

const KINDS: { [mark: string]: string } = { "✓": "good", "✗": "bad", "·": "known" };

/** Prints the findings, with `json` as one value; 0 when an agent could work here. */
export async function doctor(options: Options & { json?: boolean }, env: NodeJS.ProcessEnv): Promise<number> {
  env.PATH = pathWithOwn(env.PATH);
  const findings: { kind: string | undefined; text: string }[] = [];
  const say = (mark: string, line: string) => {
    findings.push({ kind: KINDS[mark], text: line });
    if (!options.json) process.stdout.write(`${mark} ${line}\n`);
  };
  const named = options["token-file"] ?? env.TW_TOKEN_FILE;
  const token = options.token ?? (named ? undefined : (env.TW_TOKEN ?? "none"));
  const config = readConfig({ ...options, token }, env);
  say("·", `root ${config.root}`);
  say("·", `state ${config.stateDir}`);
  const { policy, file, hash } = await loadPolicy(config.policyFile, config.stateDir);
  say(
    "·",
    `policy ${file} (${hash.slice(0, 12)}): ${policy.programs.length} programs, effects ${Object.entries(
      policy.effects,
    )
      .map((one) => one.join(": "))
      .join(", ")}`,
  );

  const tools = await findTools(config.root, env.PATH ?? "");
  for (const [tool, version] of Object.entries(tools)) say("✓", `${tool} ${version}`);
  for (const tool of ["git", "node", "npm", "wrangler"]) if (!tools[tool]) say("✗", `${tool} is missing`);
  const facts = await findFacts(config.root);
  const { branch } = (facts.git ?? {}) as { branch?: string };
  say("·", branch ? `git branch ${branch}` : "no git repository at the root");

  let ok = true;
  try {
    const response = await fetch(`${config.url}/api/health`, { signal: AbortSignal.timeout(5_000) });
    say(response.ok ? "✓" : "✗", `${config.url} answers ${response.status}`);
    ok = response.ok;
    if (ok && config.token !== "none") ok = await tokenWorks(config.url, config.token, say);
  } catch (error) {
    say(
      "✗",
      `${config.url} does not answer: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}`,
    );
    ok = false;
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, findings }, null, 2)}\n`);
  return ok ? 0 : 1;
}

async function tokenWorks(
  url: string,
  token: string,
  say: (mark: string, line: string) => void,
): Promise<boolean> {
  // Without an upgrade nothing connects; a bad token is told from a good one all the same.
  const response = await fetch(`${url}/api/agents/connect`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5_000),
  });
  const works = response.status !== 401 && response.status !== 403;
  say(works ? "✓" : "✗", works ? "the token is valid" : `the token is not valid (${response.status})`);
  return works;
}
