/** Notifier: sends what approvals wrote down. Wiring only. */
import { checkEnv, type Env } from "./env.ts";
import { onNotifications, sendDue } from "./on-notifications.ts";

export default {
  queue: (batch, env) => onNotifications(batch, checkEnv(env)),
  // The backstop: retries that have come due, and whatever a lost hint left behind.
  scheduled: async (_controller, env) => {
    await sendDue(checkEnv(env), null);
  },
} satisfies ExportedHandler<Env>;
