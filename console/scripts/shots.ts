/** Pictures of every page with real data, to be looked at: 1440×900 and 390×844, light and dark. They go to console/shots. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Stack, startStack, until } from "../test/stack.ts";

const FOLDER = join(import.meta.dirname, "../shots");

interface Shot {
  name: string;
  path(stack: Stack, made: Made): string;
  /** What is done on the page before the picture. */
  act?: (page: Page) => Promise<void>;
}
interface Made {
  waiting: string;
  rejected: string;
  failed: string;
  lanes: string;
  log: string;
}

/** One line for each page; a new page adds its own. */
const SHOTS: Shot[] = [
  { name: "home", path: () => "/" },
  { name: "runs", path: () => "/runs" },
  { name: "runs-of-command", path: () => "/runs?command=git-status" },
  { name: "runs-none", path: () => "/runs?text=nothing-is-called-this" },
  { name: "compare", path: (_, made) => `/runs?compare=${made.lanes},${made.rejected}` },
  { name: "run-waiting", path: (_, made) => `/runs/${made.waiting}` },
  { name: "run-rejected", path: (_, made) => `/runs/${made.rejected}` },
  { name: "run-failed", path: (_, made) => `/runs/${made.failed}` },
  { name: "run-lanes", path: (_, made) => `/runs/${made.lanes}` },
  { name: "run-log", path: (_, made) => `/runs/${made.log}` },
  { name: "run-plan", path: (_, made) => `/runs/${made.rejected}?step=git-push&tab=plan` },
  { name: "run-missing", path: () => "/runs/run_00000000000000000000000" },
  { name: "palette", path: () => "/", act: (page) => page.keyboard.press("Control+k") },
  {
    name: "palette-words",
    path: () => "/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("git commit and push");
      await page.getByRole("option").first().waitFor();
      await page.waitForTimeout(800);
    },
  },
  {
    name: "palette-plan",
    path: () => "/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("workflow deploy");
      await page
        .getByRole("option", { name: /workflow deploy/ })
        .first()
        .waitFor();
      await page.keyboard.press("Enter");
      await page
        .getByText(/Stops here and asks/)
        .first()
        .waitFor();
    },
  },
  { name: "keys", path: () => "/runs", act: (page) => page.keyboard.press("?") },
  { name: "workflows", path: () => "/workflows" },
  { name: "workflow-new", path: () => "/workflows/new" },
  {
    name: "workflow",
    path: () => "/workflows/workflow-deploy",
    act: async (page) => {
      await page.locator(".react-flow__node").nth(3).click();
    },
  },
  {
    name: "workflow-dry-run",
    path: () => "/workflows/workflow-deploy",
    act: async (page) => {
      await page.locator(".react-flow__node").first().waitFor();
      await page.keyboard.press("p");
      await page
        .getByText(/Stops here and asks/)
        .first()
        .waitFor();
    },
  },
  { name: "workflow-versions", path: () => "/workflows/workflow-deploy/versions" },
];

async function makeData(stack: Stack): Promise<Made> {
  const over = async (id: string): Promise<string> => {
    await until(`run ${id} is over or waits`, async () =>
      /succeeded|failed|rejected|cancelled|waiting/.test(
        (await stack.get<{ status: string }>(`/api/runs/${id}`)).status,
      ),
    );
    return id;
  };
  const run = async (slug: string, body?: unknown) => over(await stack.run(slug, body));
  const deploy = (message: string) => {
    appendFileSync(join(stack.root, "demo", "README.md"), `\n${message}.\n`);
    return run("workflow-deploy", { cwd: "demo", args: { message, dry_run: true } });
  };
  const decide = async (id: string, approved: boolean, comment: string) => {
    const { checkpoints } = await stack.get<{ checkpoints: { id: string }[] }>(`/api/runs/${id}`);
    await stack.workspace.request(`/api/checkpoints/${checkpoints[0]?.id}/approve`, {
      body: { approved, comment },
    });
    return over(id);
  };
  writeFileSync(
    join(stack.root, "checks.mjs"),
    `for (let i = 0; i < 3000; i++) console.log("\\u001b[32m✓\\u001b[0m checks/orders/total-" + i + " \\u001b[2m" + (i % 23) + " ms\\u001b[0m");
     console.log("--- Bundle"); console.log("\\u001b[33mwarning\\u001b[0m  unused import in <OrderList/>"); console.log("abc\\u202Edef");
     console.log("+++ Summary"); console.log("\\u001b[1m3000 checks passed\\u001b[0m");`,
  );
  await stack.put("run-checks", {
    name: "run checks",
    description: "Every check of the project.",
    effect: "read",
    type: "builtin",
    definition: { program: "node", argv: ["checks.mjs"] },
  });
  const sleep = (id: string, seconds: number, needs: string[]) => ({
    id,
    command: "sleep",
    args: { seconds },
    needs,
  });
  await stack.put("verify-all", {
    name: "verify all",
    description: "Lint, types, tests and a build, as far as possible at the same time.",
    effect: "read",
    type: "workflow",
    definition: {
      parallel_execution: true,
      rollback_on_error: false,
      human_checkpoints: [],
      steps: [
        sleep("lint", 1, []),
        sleep("types", 2, []),
        sleep("unit", 3, []),
        sleep("build", 1, ["lint", "types"]),
        { id: "report", command: "pwd", needs: ["build", "unit"] },
      ],
    },
  });
  for (let i = 0; i < 4; i++) await run("git-status", { cwd: "demo" });
  await decide(await deploy("Say hello in every language"), true, "Looks right.");
  const rejected = await decide(await deploy("Remove the guest book"), false, "Not on a Friday.");
  const failed = await run("cat", { args: { path: "notes/missing.txt" } });
  const lanes = await run("verify-all");
  const log = await run("run-checks");
  const waiting = await deploy("Greet guests by name");
  return { waiting, rejected, failed, lanes, log };
}

const stack = await startStack();
try {
  mkdirSync(FOLDER, { recursive: true });
  const made = await makeData(stack);
  for (const dark of [false, true])
    for (const phone of [false, true]) {
      const size = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
      const { page, context, complaints } = await stack.open("/", { ...size, dark, touch: phone });
      for (const { name, path, act } of SHOTS) {
        await page.goto(stack.workspace.url + path(stack, made));
        await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
        await act?.(page);
        await page.waitForTimeout(400);
        const wide = (await page.evaluate("document.documentElement.scrollWidth")) as number;
        if (wide > size.width) complaints.push(`${name} is ${wide} px wide on ${size.width}`);
        const file = `${name}-${phone ? "phone" : "desk"}-${dark ? "dark" : "light"}.png`;
        await page.screenshot({ path: join(FOLDER, file) });
        process.stdout.write(`${file}\n`);
      }
      if (complaints.length > 0) {
        process.stderr.write(`${complaints.join("\n")}\n`);
        process.exitCode = 1;
      }
      await context.close();
    }
} finally {
  await stack.stop();
}
