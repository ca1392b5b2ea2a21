/** How a service is, as its agent told last, and what makes sense to do about it. */
import { useQuery } from "@tanstack/react-query";
import { connection } from "../../api/connection.ts";
import { agentsQuery } from "../../api/queries.ts";
import { useStore } from "../../api/store.ts";
import type { Service } from "../../api/types.ts";
import { Status } from "../../components/Status.tsx";
import { Duration, exactTime, Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";

/** Actions that make sense as it is, the one that is wanted most first. */
export function sensible(status: Service["status"]): readonly ("start" | "stop" | "restart")[] {
  if (status === "running") return ["restart", "stop"];
  if (status === "starting") return ["stop"];
  // One that failed may be tried again and again until it is stopped.
  if (status === "failed") return ["start", "stop"];
  return ["start"];
}

export function State({ of }: { of: Service }) {
  const agents = useQuery(agentsQuery);
  const reached = useStore(connection).state === "online";
  const { status, status_at, status_detail } = of;
  const { agent_id, pid, restarts, message, told_at } = (status_detail ?? {}) as {
    agent_id?: string;
    pid?: number;
    restarts?: number;
    message?: string;
    told_at?: number;
  };
  const machine = agents.data?.find(({ id }) => id === agent_id);
  const more = [
    machine && `on ${oneLine(machine.name, 60)}`,
    pid !== undefined && `pid ${pid}`,
    restarts ? `${restarts} ${restarts === 1 ? "restart" : "restarts"} so far` : "",
  ].filter(Boolean);
  return (
    <>
      <span className="inline-flex flex-wrap items-baseline gap-x-2">
        <Status status={status} />
        {!reached && <span className="text-sm text-warn">last known</span>}
        {status_at !== null &&
          (status === "running" ? (
            <span
              className="text-muted text-sm"
              title={`since ${exactTime(status_at)}${told_at ? `, told at ${exactTime(told_at)}` : ""}`}
            >
              {/* Nobody knows whether it still runs. */}
              {reached ? (
                <>
                  for <Duration from={status_at} to={null} />
                </>
              ) : (
                <>
                  started <Time at={status_at} />
                </>
              )}
            </span>
          ) : (
            <Time at={status_at} className="text-muted text-sm" />
          ))}
      </span>
      {message && (
        <span className={`block text-sm ${status === "failed" ? "text-bad" : "text-muted"}`}>
          {oneLine(message, 300)}
        </span>
      )}
      {more.length > 0 && <span className="block text-muted text-sm">{more.join(" · ")}</span>}
      {status === "unknown" && (
        <span className="block text-muted text-sm">
          {status_at === null ? "No agent has reported it: it was never started." : "Its agent cannot tell."}
        </span>
      )}
      {machine && machine.status === "offline" && (
        <span className="block text-sm text-warn">Its agent is offline; this is what it told last.</span>
      )}
    </>
  );
}
