import { countWork } from "@tw/shared/db/infrastructure";
import type { Handler } from "./registry.ts";

/** What the workspace is doing: runs by status, jobs that wait, agents online, open checkpoints, dead letters. */
export const infrastructureStatus: Handler = async ({ db, tenantId }) => ({
  ...(await countWork(db, tenantId)),
});
