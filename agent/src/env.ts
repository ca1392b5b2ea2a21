/** What a program finds in its environment: a short list of names of the agent's own, then the definition's, then ours. */
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const PASSED = [
  "HOME",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_CTYPE",
  "LC_MESSAGES",
  "LOGNAME",
  "PATH",
  "SHELL",
  "SSH_AUTH_SOCK",
  "TERM",
  "TMPDIR",
  "TZ",
  "USER",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
  "XDG_STATE_HOME",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
];
/** Of the agent's own environment, only for the programs that need them. */
const PASSED_TO: Record<string, RegExp> = {
  // It runs wrangler and claude.
  "tw-kit": /^(CLOUDFLARE_[A-Z_]+|WRANGLER_[A-Z_]+|CF_[A-Z_]+|ANTHROPIC_[A-Z_]+|CLAUDE_[A-Z_]+)$/,
  wrangler: /^(CLOUDFLARE_[A-Z_]+|WRANGLER_[A-Z_]+|CF_[A-Z_]+)$/,
  gh: /^(GH_[A-Z_]+|GITHUB_(ENTERPRISE_)?TOKEN)$/,
  claude: /^(ANTHROPIC_[A-Z_]+|CLAUDE_[A-Z_]+)$/,
};
/** Of those, the ones whose values must never show in a log. */
const SECRET_NAME = /(TOKEN|KEY|SECRET|PASSWORD)$/;

/** The agent's own variables a program gets. */
export function ownEnv(tool: string, root: string, agentEnv: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of PASSED) if (agentEnv[name] !== undefined) env[name] = agentEnv[name];
  const more = Object.hasOwn(PASSED_TO, tool) ? PASSED_TO[tool] : undefined;
  if (more)
    for (const [name, value] of Object.entries(agentEnv))
      if (value !== undefined && more.test(name)) env[name] = value;
  if (tool === "tw-kit") {
    // What it puts back must lie where this agent may write.
    env.TW_ROOT = root;
    // Most of a short call is reading its own program, which is compiled once for all of them.
    env.NODE_COMPILE_CACHE = join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), ".cache"), "tw");
  }
  // Nobody sits at a terminal: a program that asks would wait for ever.
  env.GIT_TERMINAL_PROMPT = "0";
  // A repository above the root is not ours to commit to.
  env.GIT_CEILING_DIRECTORIES = dirname(root);
  return env;
}

/** Values of passed variables that are secrets. */
export function secretsOf(env: Record<string, string>): string[] {
  return Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= 8)
    .map(([, value]) => value);
}
