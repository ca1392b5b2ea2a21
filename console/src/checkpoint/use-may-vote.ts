import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../api/may.ts";
import { inboxQuery, meQuery } from "../api/queries.ts";

/** The inbox holds no more than this; what is beyond it may still be ours. */
const INBOX_MAX = 100;
/** A list that was asked for before the question was there can arrive this much later. */
const ON_ITS_WAY_MS = 1_500;

/**
 * May I decide this checkpoint? The server says so when a vote arrives; before, what it lists as mine does. An older list than
 * this question says nothing of it, so that nobody's buttons are late.
 */
export function useMayVote(id: string): boolean {
  const [asked] = useState(() => Date.now());
  const known = useQuery(meQuery).isSuccess;
  const may = useMay("checkpoints:decide");
  const inbox = useQuery(inboxQuery);
  if (known && !may) return false;
  if (!inbox.data || inbox.dataUpdatedAt < asked + ON_ITS_WAY_MS || inbox.data.length >= INBOX_MAX)
    return true;
  return inbox.data.some((one) => one.id === id);
}
