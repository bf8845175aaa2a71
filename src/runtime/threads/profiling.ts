// Errands and profiles, seen from one M: loaded when there is the first of either.

import { H, i32 } from '../memory.js';
import { type Answer, type ErrandAct, errand } from '../profiling/errand.js';
import { ownProfiles, startOwn, tell } from '../profiling/own.js';
import { type Part, profileBit, profileKinds } from '../profiling/part.js';

export { closeOwn, startOfRun } from '../profiling/own.js';

/** Runs the errand that is there, for P number `p`, and says which it was. Between goroutines. */
export function runErrand(p: number): number {
  const number = Atomics.load(i32, H.ERRAND);
  const answer: Answer = { mandel: 'errand', errand: number, p };
  try {
    const part = act();
    tell(part === undefined ? answer : { ...answer, part });
  } catch (error) {
    tell({ ...answer, error: error instanceof Error ? error.message : String(error) });
  }
  return number;
}

function act(): Part | undefined {
  const what = (Object.keys(errand) as ErrandAct[]).find((name) => errand[name] === i32[H.ERRAND_ACT])!;
  const kind = profileKinds.find((name) => profileBit[name] === i32[H.ERRAND_KIND])!;
  if (what !== 'start') return ownProfiles()[what](kind);
  startOwn(kind);
  return undefined;
}
