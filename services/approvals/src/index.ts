/** Approvals: announces checkpoints, shows their pages, takes decisions. Wiring only. */
import { discardBody } from "@tw/shared/discard-body";
import { Hono } from "hono";
import { checkEnv, type Env } from "./env.ts";
import { linkRoutes } from "./link-routes.ts";
import { onCheckpoints } from "./on-checkpoints.ts";
import { receiptRoutes } from "./receipts.ts";
import { slackRoutes } from "./slack-routes.ts";

const app = new Hono<{ Bindings: Env }>();
app.use(async (c, next) => {
  await next();
  await discardBody(c.req.raw);
});
app.route("/a", linkRoutes());
app.route("/slack", slackRoutes());
app.route("/", receiptRoutes());
app.notFound((c) => c.text("not found", 404));

export default {
  fetch: (request, env, context) => app.fetch(request, checkEnv(env), context),
  queue: (batch, env) => onCheckpoints(batch, checkEnv(env)),
} satisfies ExportedHandler<Env>;
