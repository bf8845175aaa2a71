// The profiles of the thread's own P, in the run that is under way: begun by the run, by an errand, or by a goroutine.

import { parentPort } from 'node:worker_threads';
import { m } from '../g.js';
import { H, i32, pId } from '../memory.js';
import type { Message } from './errand.js';
import { type Part, type ProfileKind, profileBit, profileKinds } from './part.js';
import { Profiles } from './profiles.js';

let own: Profiles | undefined;

/** The profiles of this thread's P. */
export function ownProfiles(): Profiles {
  own ??= new Profiles(pId(m.pp));
  return own;
}

/** Begins a profile on this thread, and notes that the run has it. */
export function startOwn(kind: ProfileKind): void {
  Atomics.or(i32, H.PROFILES, profileBit[kind]); // M.run looks when the run has ended
  ownProfiles().start(kind);
}

/** Begins the profiles that the run has from its beginning. */
export function startOfRun(): void {
  for (const kind of profileKinds) {
    if ((i32[H.PROFILES]! & profileBit[kind]) !== 0) ownProfiles().start(kind);
  }
}

/** Tells Node's main thread, which hears it at once: what is sent needs no event loop here. */
export function tell(message: Message): void {
  parentPort!.postMessage(message);
}

/** Ends them all, with the run. */
export function closeOwn(): Part[] {
  const parts = own?.close() ?? [];
  own = undefined;
  return parts;
}
