/** What runs by itself: services, schedules and webhooks. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePlaces, type Places, send } from "./places.ts";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
let made: Places;
let page: Page;
beforeAll(async () => {
  stack = await startStack();
  made = await makePlaces(stack);
  ({ page } = await stack.open("/services"));
});
afterAll(() => stack?.stop());

const go = (path: string) => page.goto(stack.workspace.url + path);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const dialog = (name: string | RegExp) => page.getByRole("dialog", { name });

test("services, schedules and webhooks: defined, refused at the field, switched off, deleted", async () => {
  await go("/services");
  await button("Define a service").click();
  await page.getByLabel("Name").fill("mailer");
  await button("Define the service").click();
  await page.getByText("is needed by the driver process").waitFor();
  await page.getByLabel("Program and arguments").fill("node\nserver.mjs");
  await button("Define the service").click();
  await page.getByText("node server.mjs").waitFor();
  // Each driver asks for its own fields alone.
  await button("Define a service").click();
  await page.getByLabel("Kept by").selectOption({ label: "Docker Compose" });
  await page.getByLabel("Service in the Compose file").waitFor();
  expect(await page.getByLabel("Program and arguments").count()).toBe(0);
  await button("Cancel").click();
  // What the form does not show stays; the environment is written as lines.
  const health = { port: 3000, path: "/ready", every_s: 10, timeout_s: 3, failures: 3 };
  const { service } = await stack.get<{ service: { [field: string]: unknown } }>("/api/services/mailer");
  await send(stack, "PUT", "/api/services/mailer", { driver: "process", command: service.command, health });
  await page.reload();
  await button("Change mailer").click();
  await page.getByLabel("Environment").fill("PORT=3000\nGREETING=1+1=2");
  await button("Save the service").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect((await stack.get<{ service: unknown }>("/api/services/mailer")).service).toMatchObject({
    command: ["node", "server.mjs"],
    env: { PORT: "3000", GREETING: "1+1=2" },
    health,
  });
  // While the workspace does not answer, nothing that needs it is offered, and what is shown says that it is old.
  expect(await button("Start mailer").isEnabled()).toBe(true);
  await page.context().setOffline(true);
  await page.getByText(/not connected for a few seconds/).waitFor();
  await page.getByText("the last known state").waitFor();
  for (const name of ["Start mailer", "Logs of mailer", "Change mailer", "Delete mailer"])
    expect(await button(name).isDisabled(), name).toBe(true);
  await page.context().setOffline(false);
  await page.getByText("the last known state").waitFor({ state: "detached" });
  expect(await button("Start mailer").isEnabled()).toBe(true);
  await go("/schedules");
  await button("Add a schedule").click();
  await page.getByLabel("Name").fill("nightly");
  await page.getByLabel("When").fill("99 99 * * *");
  await page.getByLabel("Command").fill("git-status");
  await button("Add the schedule").click();
  await page.locator("[aria-invalid]").first().waitFor();
  await page.getByLabel("When").fill("5 3 * * *");
  await button("Add the schedule").click();
  await page.getByRole("link", { name: /nightly/ }).click();
  await button("Switch it off").click();
  await button("Switch it on").waitFor();
  await button("Delete…").click();
  await button("Delete nightly").click();
  await page.waitForURL("**/schedules");
  // A time whose run failed says why, and leads to the run.
  await stack.put("never-well", {
    name: "never well",
    type: "builtin",
    effect: "read",
    definition: { program: "false", argv: [] },
  });
  const { schedule } = await send<{ schedule: { id: string } }>(stack, "POST", "/api/schedules", {
    name: "failing",
    cron: "0 3 * * *",
    command: "never-well",
  });
  await stack.workspace.db
    .prepare("UPDATE schedules SET next_at = ?2 WHERE id = ?1")
    .bind(schedule.id, Date.now() - 60_000)
    .run();
  const fires = async () =>
    (await stack.get<{ fires: { run_error: unknown }[] }>(`/api/schedules/${schedule.id}`)).fires;
  await until("its run has failed", async () => Boolean((await fires())[0]?.run_error));
  await go(`/schedules/${schedule.id}`);
  await page.getByRole("cell", { name: /exit_code/ }).waitFor();
  await page.getByRole("link", { name: /ended with exit code 1/ }).click();
  await page.waitForURL("**/runs/run_*");
  await go(`/schedules/webhooks/${made.hook}`);
  await button("New secret…").click();
  await button("Make a new secret").click();
  await dialog("The new secret").getByRole("region", { name: "the secret" }).waitFor();
});
