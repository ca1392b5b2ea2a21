/** `tw agent …`: the agent of this machine. Its start does not come through here (see main.ts), only its help does. */
import type { Command as Commander } from "commander";
import type { Options } from "../config.ts";
import { addPolicyVerbs } from "./policy.ts";

type Env = NodeJS.ProcessEnv;

/** Options that say which workspace, which root and what the agent may; the same wherever an agent is named. */
function agentOptions(command: Commander): Commander {
  return command
    .option("--url <url>", "the workspace (TW_URL)")
    .option(
      "--token <token>",
      "the agent's token (TW_TOKEN); an option is seen by other users of the machine",
    )
    .option("--token-file <file>", "a file with the token (TW_TOKEN_FILE)")
    .option("--root <dir>", "every working directory lies under it (TW_ROOT, or here)")
    .option("--labels <a,b>", "what runs may ask for (TW_LABELS)")
    .option("--capacity <n>", "jobs at a time, 1 to 64 (TW_CAPACITY, or 8)")
    .option("--state <dir>", "journal, secrets, policy; one agent to a directory (TW_STATE)")
    .option("--policy <file>", "the policy file (TW_POLICY)")
    .option(
      "--approval-key <key>",
      "the workspace's key for receipts (TW_APPROVAL_KEY), instead of the first it shows",
    );
}

/** Commander's names of options as those who read them know them. */
function asRead<T extends Options>(options: T & { tokenFile?: string; approvalKey?: string }): T {
  return { ...options, "token-file": options.tokenFile, "approval-key": options.approvalKey };
}

export function addAgentVerbs(program: Commander, env: Env, ended: (code: number) => void): void {
  const agent = program.command("agent").description("the agent that runs commands on this machine");
  agentOptions(agent.command("start"))
    .description("run commands of the workspace here, until it is stopped")
    .action(() => {
      throw new Error("tw agent start is begun by main.ts");
    });
  agentOptions(agent.command("doctor"))
    .description("what is here, what is missing")
    .option("--json", "answer as JSON")
    .action(async (options) => ended(await (await import("../doctor.ts")).doctor(asRead(options), env)));
  agentOptions(agent.command("install"))
    .description("keep it running as your service: systemd --user, or launchd")
    .option("--name <name>", "of the service, when there are several", "tw-agent")
    .option("--print", "show what would be written and done; change nothing")
    .option("--json", "answer as JSON")
    .action(async (options) => ended(await (await import("./service.ts")).install(asRead(options), env)));
  agent
    .command("uninstall")
    .description("stop the service and remove it; journal, secrets and policy stay")
    .option("--name <name>", "of the service", "tw-agent")
    .option("--json", "answer as JSON")
    .action(async (options) => ended(await (await import("./service.ts")).uninstall(options, env)));
  agent
    .command("status")
    .description("whether the service runs, and what it said last")
    .option("--name <name>", "of the service", "tw-agent")
    .option("--json", "answer as JSON")
    .action(async (options) => ended(await (await import("./service.ts")).status(options, env)));
  agent
    .command("logs")
    .description("what the service wrote")
    .option("--name <name>", "of the service", "tw-agent")
    .option("-f, --follow", "as it is written")
    .option("-n, --lines <n>", "how many lines", "100")
    .action(async (options) => ended(await (await import("./service.ts")).logs(options, env)));
  addPolicyVerbs(agent, env, ended);
}
