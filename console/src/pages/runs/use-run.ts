/** A run as it moves: its view, and its events in order, each once, whatever happens to the connection. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { follow } from "../../api/event-source.ts";
import { runQuery } from "../../api/queries.ts";
import type { Run, RunEvent } from "../../api/types.ts";

/** What an agent reports shows in the run before it is an event: looked at this often while the run is under way. */
const LOOK_MS = 1_500;
/** Events come in bursts; the run is read again once for all of one. */
const BURST_MS = 60;

export function isOver(run: Run | undefined): boolean {
  return run !== undefined && run.finished_at !== null;
}

export function useRun(id: string) {
  const client = useQueryClient();
  const query = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) =>
      isOver(state.data) || state.data?.status === "waiting" ? false : LOOK_MS,
  });
  const [events, setEvents] = useState<RunEvent[]>([]);
  const [live, setLive] = useState<"open" | "lost" | "ended">("open");
  const known = query.data !== undefined;

  useEffect(() => {
    if (!known) return;
    const stop = new AbortController();
    let seen = 0;
    let fresh: RunEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const batch = fresh;
      fresh = [];
      setEvents((old) => [...old, ...batch]);
      void client.invalidateQueries({ queryKey: runQuery(id).queryKey });
      void client.invalidateQueries({ queryKey: ["checkpoints"] });
    };
    setEvents([]);
    void follow({
      url: (lastId) => `/api/runs/${encodeURIComponent(id)}/events?after=${lastId || 0}`,
      signal: stop.signal,
      isLast: ({ event }) => /^run\.(succeeded|failed|rejected|cancelled)$/.test(event),
      onState: setLive,
      onEvent: ({ data }) => {
        const event = JSON.parse(data) as RunEvent;
        // Sent again after a lost connection.
        if (event.seq <= seen) return;
        seen = event.seq;
        fresh.push(event);
        timer ??= setTimeout(show, BURST_MS);
      },
    })
      .then(() => setLive("ended"))
      // The run itself says what is wrong with it.
      .catch(() => setLive("ended"));
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, known, client]);
  return { query, run: query.data, events, live };
}
