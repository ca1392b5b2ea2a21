/** What makes the agent a service of the person: the files, and the commands that load and unload them. Pure, so that each can be looked at. */
import { join } from "node:path";

export interface ServiceOf {
  name: string;
  /** Absolute: node and what it runs. */
  node: string;
  main: string;
  url: string;
  root: string;
  stateDir: string;
  tokenFile: string;
  labels: string[];
  capacity: number;
  policyFile: string | null;
  /** The key receipts are believed of, when it was given. */
  approvalKey: string | null;
  /** Of the person who installs it: a service manager's own finds neither nvm's node nor what npm installed. */
  path: string;
}
export interface ServicePlan {
  manager: "systemd" | "launchd";
  file: string;
  text: string;
  /** argv arrays, run in this order. */
  load: string[][];
  unload: string[][];
  /** Where its output is, as an argv that shows the last `n` lines. */
  logs(lines: string, follow: boolean): string[];
  show: string[];
}

/** Exit codes that a new start would only repeat: wrong use, replaced, token, protocol. */
const NO_RESTART = "2 3 4 5";
/** What is under way may take its time; then it is stopped. */
const STOP_S = 120;

/** Null where there is no service manager we know. `uid` is the person's, for launchd. */
export function planService(
  of: ServiceOf,
  home: { home: string; config: string },
  platform: NodeJS.Platform,
  uid: number,
): ServicePlan | null {
  if (platform === "linux") return systemd(of, home.config);
  return platform === "darwin" ? launchd(of, home.home, uid) : null;
}

function argvOf(of: ServiceOf): string[] {
  return [
    ...[of.node, of.main, "agent", "start", "--url", of.url, "--token-file", of.tokenFile],
    ...["--root", of.root, "--state", of.stateDir, "--capacity", String(of.capacity)],
    ...(of.labels.length > 0 ? ["--labels", of.labels.join(",")] : []),
    ...(of.policyFile ? ["--policy", of.policyFile] : []),
    ...(of.approvalKey ? ["--approval-key", of.approvalKey] : []),
  ];
}

function systemd(of: ServiceOf, config: string): ServicePlan {
  const unit = `${of.name}.service`;
  const text = `# Written by tw agent install. tw agent uninstall removes it.
[Unit]
Description=${unitWord(`Turbocharged Workspace agent for ${of.url}`)}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=${argvOf(of).map(quoted).join(" ")}
WorkingDirectory=${unitWord(of.root)}
Environment=${quoted(`PATH=${of.path}`)}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=${NO_RESTART}
# SIGTERM goes to the agent alone: it finishes what runs, and what it supervises outlives its restart.
KillMode=process
TimeoutStopSec=${STOP_S}
UMask=0077

[Install]
WantedBy=default.target
`;
  const ctl = (...words: string[]) => ["systemctl", "--user", ...words];
  return {
    manager: "systemd",
    file: join(config, "systemd", "user", unit),
    text,
    load: [ctl("daemon-reload"), ctl("enable", unit), ctl("restart", unit)],
    unload: [ctl("disable", "--now", unit), ctl("daemon-reload")],
    show: ctl("show", unit, "--property=ActiveState,SubState,MainPID,NRestarts,ExecMainStatus"),
    logs: (lines, follow) => [
      "journalctl",
      "--user",
      "-u",
      unit,
      "-n",
      lines,
      "--no-pager",
      ...(follow ? ["-f"] : []),
    ],
  };
}

/** As systemd.syntax says: in double quotes, with backslashes, and neither specifiers nor variables. */
function quoted(word: string): string {
  return `"${unitWord(word).replace(/[\\"]/g, "\\$&").replaceAll("$", "$$$$")}"`;
}
/** A line of a unit cannot hold a line's end, and `%` begins a specifier. */
function unitWord(word: string): string {
  return word.replace(/[\r\n]/g, " ").replaceAll("%", "%%");
}

function launchd(of: ServiceOf, home: string, uid: number): ServicePlan {
  const label = `dev.turbocharged-workspace.${of.name}`;
  const file = join(home, "Library", "LaunchAgents", `${label}.plist`);
  const log = join(of.stateDir, "agent.log");
  const string = (text: string) => `<string>${xml(text)}</string>`;
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(label)}
  <key>ProgramArguments</key>
  <array>
${argvOf(of)
  .map((word) => `    ${string(word)}`)
  .join("\n")}
  </array>
  <key>WorkingDirectory</key>${string(of.root)}
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key>${string(of.path)}</dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>AbandonProcessGroup</key><true/>
  <key>ExitTimeOut</key><integer>${STOP_S}</integer>
  <key>Umask</key><integer>63</integer>
  <key>StandardOutPath</key>${string(log)}
  <key>StandardErrorPath</key>${string(log)}
</dict>
</plist>
`;
  const target = `gui/${uid}/${label}`;
  return {
    manager: "launchd",
    file,
    text,
    load: [
      ["launchctl", "bootstrap", `gui/${uid}`, file],
      ["launchctl", "kickstart", target],
    ],
    unload: [["launchctl", "bootout", target]],
    show: ["launchctl", "print", target],
    logs: (lines, follow) => ["tail", "-n", lines, ...(follow ? ["-F"] : []), log],
  };
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
