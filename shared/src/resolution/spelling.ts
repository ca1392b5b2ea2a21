/** How far two words are apart: letters added, dropped, changed, or swapped with their neighbour. Pure. */

/** The distance, or `limit + 1` as soon as it is certain to be more than the limit. */
export function distance(a: string, b: string, limit: number): number {
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
      if (best < least) least = best;
    }
    if (least > limit) return over;
    before = above;
    above = row;
  }
  return above[b.length]!;
}

/** How many mistakes a word of this length may hold before it is another word. */
export function tolerance(word: string): number {
  return word.length < 3 ? 0 : word.length < 7 ? 1 : 2;
}

/** What was looked up lately: the same words are looked at in several readings. Not more, since anybody may send any word. */
const LATELY = new WeakMap<readonly string[], Map<string, Near[]>>();
const LATELY_MOST = 64;

export interface Near {
  word: string;
  sure: number;
}

/** The known words nearest to a misspelt one, best first, with how sure that is (0 to 1). */
export function nearest(word: string, known: readonly string[]): readonly Near[] {
  let lately = LATELY.get(known);
  if (!lately) {
    lately = new Map();
    LATELY.set(known, lately);
  }
  let found = lately.get(word);
  if (!found) {
    if (lately.size >= LATELY_MOST) lately.clear();
    found = lookUp(word, known);
    lately.set(word, found);
  }
  return found;
}

function lookUp(word: string, known: readonly string[]): Near[] {
  const limit = tolerance(word);
  if (limit === 0) return [];
  const found: { word: string; sure: number; far: number }[] = [];
  for (const candidate of known) {
    if (candidate.length < 3) continue;
    // Who misspells a word mostly gets its beginning right, or swaps its first two letters.
    const start = candidate[0] === word[0] || (candidate[0] === word[1] && candidate[1] === word[0]);
    if (!start) continue;
    const far = distance(word, candidate, limit);
    if (far <= limit)
      found.push({ word: candidate, far, sure: 1 - far / (Math.max(word.length, candidate.length) + 1) });
  }
  found.sort((a, b) => a.far - b.far || b.sure - a.sure || (a.word < b.word ? -1 : 1));
  const best = found[0]?.far;
  return found.filter((one) => one.far === best).slice(0, 4);
}
