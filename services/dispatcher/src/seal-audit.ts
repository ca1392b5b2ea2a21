import { nextSlice, storeSeal, tenantsToSeal } from "@tw/shared/db/audit-seals";
import { LIMITS } from "@tw/shared/limits";

/**
 * Seal new audit entries of every tenant, a slice of each in turn, until all are sealed or the tick's share is used up;
 * what is left over is for the next tick. Two ticks at once are harmless: the seal that comes second finds another
 * predecessor and is not stored.
 * @returns how many entries were sealed
 */
export async function sealAudit(db: D1Database, now: number): Promise<number> {
  let sealed = 0;
  for (let slices = LIMITS.sealSlices; slices > 0; ) {
    const tenants = await tenantsToSeal(db, slices);
    if (tenants.length === 0) break;
    for (const tenantId of tenants) {
      slices -= 1;
      const slice = await nextSlice(db, tenantId, LIMITS.sealEntries);
      if (slice && (await storeSeal(db, tenantId, slice, now))) sealed += slice.entries;
    }
  }
  return sealed;
}
