// The profiles of the thread's own P, in the run that is under way: begun by the run, by a handshake, or by a goroutine. And
// this thread's side of handshakes.

import { parentPort } from 'node:worker_threads';
import { field } from '../memory/address.js';
import { H, P, pId } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import { type Answer, type HandshakeAct, handshakeAct, type Message } from './handshake.js';
import { type Part, type ProfileKind, profileBit, profileKinds } from './part.js';
import { Profiles } from './profiles.js';

let own: Profiles | undefined;
/** H.HANDSHAKE of the last handshake that this thread has begun. */
let begun = 0;

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

/** True if this thread is in the middle of its profiles. */
export function atProfiles(): boolean {
  return own?.busy === true;
}

/** Ends them all, with the run. */
export function closeOwn(): Part[] {
  const parts = own?.close() ?? [];
  own = undefined;
  begun = 0;
  return parts;
}

/** Answers the handshake that is under way, unless this thread has done so already. @returns its number */
export function answerHandshake(): number {
  const number = Atomics.load(i32, H.HANDSHAKE);
  if (number === begun) return number;
  const missed = number - begun > 1;
  // Before it is done: what interrupts this finds it begun, and so does Node's main thread, which then waits for it longer.
  begun = number;
  i32[field(m.pp, P.RECORDS)] = number + 1;
  const answer: Answer = { mandel: 'handshake', handshake: number, p: pId(m.pp) };
  try {
    const part = act(missed);
    tell(part === undefined ? answer : { ...answer, part });
  } catch (error) {
    tell({ ...answer, error: error instanceof Error ? error.message : String(error) });
  }
  return number;
}

/** @param missed true if this thread never began the handshake before: it may have been to end such a profile */
function act(missed: boolean): Part | undefined {
  const what = (Object.keys(handshakeAct) as HandshakeAct[]).find(
    (name) => handshakeAct[name] === i32[H.HANDSHAKE_ACT],
  )!;
  const kind = profileKinds.find((name) => profileBit[name] === i32[H.HANDSHAKE_KIND])!;
  if (what !== 'start') return ownProfiles()[what](kind);
  if (missed) ownProfiles().stop(kind);
  startOwn(kind);
  return undefined;
}
