import type { HintQueue } from "@tw/shared/queues/send";

/** What wrangler.jsonc binds to this Worker. */
export interface Env {
  DB: D1Database;
  /** Files of every tenant, each under its own prefix. */
  FILES: R2Bucket;
  RUNS: HintQueue;
  CALLS: HintQueue;
  CHECKPOINTS: HintQueue;
  NOTIFICATIONS: HintQueue;
  HUB: DurableObjectNamespace;
  APPROVALS: Fetcher;
  VERSION: string;
  PUBLIC_URL: string;
  /** Mailed sign-in links are derived from it; the same secret as in approvals and notifier. */
  LINK_KEY: string;
  /** Encrypts the secrets the workspace keeps: `id:key`, several by commas; `secret-box.ts`. Without it none are kept. */
  SECRETS_KEY?: string;
  /** How people can be told here, as in approvals; without `email` nobody can be mailed a link to sign in. */
  CHANNELS?: string;
  /** An OpenID Connect provider people may sign in with. */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  /** What the button says; the issuer's host unless given. */
  OIDC_NAME?: string;
  /** Cloudflare Access in front of the workspace: `https://TEAM.cloudflareaccess.com`, and the application's audience tag. */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUD?: string;
}
