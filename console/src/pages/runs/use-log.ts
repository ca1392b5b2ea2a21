import { useEffect, useState } from "react";
import { follow } from "../../api/event-source.ts";
import { saying } from "../../api/problem.ts";
import { LogBuffer } from "./log-buffer.ts";

interface Piece {
  attempt: number;
  start: number;
  text?: string;
  bytes?: number;
}

/** Follows the log of a step (`ID:undo` for its rollback) until the run is over; goes on where it was after a lost connection. */
export function useLog(runId: string, step: string) {
  const [buffer, setBuffer] = useState(() => new LogBuffer((tell) => void requestAnimationFrame(tell)));
  const [state, setState] = useState<"open" | "lost" | "ended">("open");
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const fresh = new LogBuffer((tell) => void requestAnimationFrame(tell));
    setBuffer(fresh);
    setError(null);
    setState("open");
    void follow({
      url: () => `/api/runs/${encodeURIComponent(runId)}/logs?step=${encodeURIComponent(step)}`,
      signal: stop.signal,
      isLast: ({ event }) => event === "end",
      onState: setState,
      onEvent: ({ event, data }) => {
        if (event === "end") return;
        const { attempt, start, text = "", bytes = 0 } = JSON.parse(data) as Piece;
        if (event === "gap") fresh.gap(attempt, start, bytes);
        else fresh.take(attempt, start, text);
      },
    })
      .then(() => {
        fresh.end();
        if (!stop.signal.aborted) setState("ended");
      })
      .catch((problem: unknown) => setError(saying(problem)));
    return () => stop.abort();
  }, [runId, step]);
  return { buffer, state, error };
}
