/**
 * The same read for several requests at once. A request only ever takes a read that began after it came, so that nothing it is told
 * is older than itself: a token that is revoked is refused from then on.
 */
import { Rounds } from "./rounds.ts";

type Results = D1Result<{ [column: string]: unknown }>[];
type Read = () => Promise<Results>;

/** Reads under way, each with those who wait for the next one of the same name. */
const open = new Map<string, { rounds: Rounds<Read, Results>; users: number }>();

/** The results of `read`, or of the same read made for another request that waited for its turn as well. */
export async function sharedRead(name: string, read: Read): Promise<Results> {
  const one = open.get(name) ?? {
    users: 0,
    rounds: new Rounds<Read, Results>(async (reads) => {
      const results = await (reads[0] as Read)();
      return reads.map(() => results);
    }),
  };
  open.set(name, one);
  one.users += 1;
  try {
    return await one.rounds.join(read);
  } finally {
    one.users -= 1;
    if (one.users === 0) open.delete(name);
  }
}
