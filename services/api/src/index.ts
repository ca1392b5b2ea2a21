import { createApp } from "./app.ts";
import { fireSchedules } from "./automation/fire-schedules.ts";
import type { Env } from "./env.ts";
import { routes } from "./registry.ts";

export { AgentHub } from "./agent-hub.ts";

const app = createApp(routes);

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await fireSchedules(env, Date.now());
  },
} satisfies ExportedHandler<Env>;
