/** Which checkpoints are listed; it stands in the address. */
export const SHOWN = {
  mine: "waiting for me",
  waiting: "waiting for anybody",
  decided: "decided by me",
  all: "all",
  emergencies: "passed in an emergency",
} as const;
export type Shown = keyof typeof SHOWN;

export interface ApprovalSearch {
  show?: Shown;
}

export function readApprovalSearch(search: { [name: string]: unknown }): ApprovalSearch {
  return typeof search.show === "string" && search.show in SHOWN && search.show !== "mine"
    ? { show: search.show as Shown }
    : {};
}
