/** What is allowed when nobody wrote a policy: what the shipped library needs. No shell and no interpreter of arbitrary text but those. */
const words = (text: string) => text.trim().split(/\s+/);

export const DEFAULT_PROGRAMS = words(`
  git npm npx pnpm yarn node corepack wrangler tar gzip gunzip zip unzip
  ls cat grep find mkdir rmdir rm cp mv ln pwd which ps kill true false echo touch sleep printf
  head tail wc sort uniq tee tr cut seq jq make date stat du df basename dirname realpath readlink diff cmp sha256sum rg
  cursor code claude prettier biome eslint tsc typescript-language-server docker systemctl journalctl just gh bun tw-kit
`);

/** They may run a file of the project, as `node` and `npm run` do anyway, but never text that came with the job. */
export const SCRIPT_RUNNERS = words("sh bash dash python3");

/**
 * Names a definition may set. Left out on purpose: everything that makes a program load or run something else
 * (LD_PRELOAD, NODE_OPTIONS, BASH_ENV, GIT_SSH_COMMAND, PATH, HOME, ...).
 */
export const DEFAULT_ENV = words(`
  CI NO_COLOR FORCE_COLOR COLUMNS LANG LC_ALL TZ
  NODE_ENV NODE_NO_WARNINGS NODE_DISABLE_COLORS
  ENV ENVIRONMENT STAGE TARGET REGION VERSION RELEASE LOG_LEVEL VERBOSE DRY_RUN
  NAME MESSAGE GREETING TITLE HOST HOSTNAME PORT URL BASE_URL API_URL DATABASE_URL
  TOKEN SECRET PASSWORD API_KEY API_TOKEN ACCESS_TOKEN AUTH_TOKEN
  APP_* MY_* TW_VAR_* DEPLOY_* VITE_* NEXT_PUBLIC_* PUBLIC_*
  CLOUDFLARE_* CF_* WRANGLER_* MINIFLARE_*
  GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
  GIT_TERMINAL_PROMPT GIT_PAGER_IN_USE GIT_OPTIONAL_LOCKS
  NPM_TOKEN NPM_CONFIG_FUND NPM_CONFIG_AUDIT NPM_CONFIG_UPDATE_NOTIFIER NPM_CONFIG_YES
  ANTHROPIC_API_KEY ANTHROPIC_MODEL GITHUB_TOKEN SLACK_TOKEN SENTRY_AUTH_TOKEN
`);

/**
 * What takes something away or puts it before other people, told by the program and words of its argv: the workspace's word that such
 * a step only reads is not taken.
 */
export const DEFAULT_RECEIPT_FOR = [
  "rm",
  "rmdir",
  "kill",
  "git push",
  "git reset",
  "git clean",
  "wrangler deploy",
  "wrangler delete",
  "wrangler rollback",
  "wrangler secret",
  "wrangler d1",
  "wrangler r2",
  "wrangler kv",
  "docker rm",
  "docker rmi",
  "docker prune",
];
