import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { routes } from "./registry.ts";

export { AgentHub } from "./agent-hub.ts";

const app = createApp(routes);

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
