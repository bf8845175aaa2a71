// Channels of timers: what after() and Tickers send on, and when. After the channel timers of Go 1.23 (runtime/time.go).
//
// A timer is a part of its channel: these words follow those of hchan. A program sees a channel without a buffer, and there is
// none. Go has one of a single value, hidden from len and cap; here the value is the fact that WHEN has passed, and the
// receiver that finds it so runs the tick itself (maybeRunChan). So stop and reset have no stale value to remove.
//
// Invariants. Everything is written under the channel's lock, and an operation that releases it leaves these true:
//   The timer runs exactly if WHEN is less than Infinity.
//   ARMED is 1 exactly if it runs and RECVQ is not empty, and exactly then it counts in H.NTIMERS, once.
//   While it is ARMED, every P with a goroutine in RECVQ has an entry for the channel in its heap (runtime/sched/timers.ts) with a
//   key of at most WHEN; or the goroutine is just about to make it; or the P has been told, by retime, to read WHEN
//   again before it sleeps.
// So a key may be too early, which costs one check, and never too late.
//
// No deadlock is missed. NTIMERS is lowered by a P that is not idle: it runs a goroutine, or timers. When that P falls asleep
// it checks for a deadlock, or the P does that falls asleep last (threads/idle.ts). The check reads NTIMERS and no
// keys. So another P that sleeps until the time of a timer which has been stopped since does not hide the deadlock: it counts
// as idle. If it wakes in the middle of the check, it finds nothing due, falls asleep again, and checks itself.
//
// Arenas. A timer holds no arena: while no goroutine waits for it, nothing touches it. A goroutine of its arena that waits for it
// keeps the arena by being there. One of another arena, or of none, holds the timer's arena while it waits, because it
// may be sent the time after the last goroutine of that arena has ended. So an entry never outlives its channel.

import { type ChanAddr, field, field64, type GAddr, offsets, type SudogAddr } from '../runtime/memory/address.js';
import { G, H, P, pAddress, SG } from '../runtime/memory/layout.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { f64, i32, solo } from '../runtime/memory/memory.js';
import { add } from '../runtime/memory/word.js';
import { holdArena, mallocHere, releaseArena } from '../runtime/sched/arena.js';
import { by, engine, goready } from '../runtime/sched/engine.js';
import { m } from '../runtime/sched/g.js';
import { effect } from '../runtime/sched/op.js';
import { type ChanTimers, MAX_WHEN } from '../runtime/sched/timers.js';
import { dequeue, wakeParam } from '../runtime/sched/waitq.js';
import { int } from '../runtime/value/basic.js';
import { C, CHAN_WORDS, chanState } from './chanlayout.js';

/** Words of a timer, from its channel on: WHEN and PERIOD (0 if it ticks once) are float64; ARENA is the one that it is in. */
const T = offsets<'chan', { WHEN: 'f64'; PERIOD: 'f64' }>()({
  WHEN: CHAN_WORDS,
  PERIOD: CHAN_WORDS + 2,
  ARMED: CHAN_WORDS + 4,
  ARENA: CHAN_WORDS + 5,
});
const TIMERCHAN_WORDS = CHAN_WORDS + 8;

/** WHEN of a timer that is stopped, or has fired for the last time. */
const NEVER = Number.POSITIVE_INFINITY;

/** A channel with a timer that is stopped. @returns its address */
export function newTimerChan(): ChanAddr {
  const c = mallocHere<ChanAddr>(TIMERCHAN_WORDS);
  i32.fill(0, c, c + TIMERCHAN_WORDS);
  i32[field(c, C.STATE)] = chanState.timer;
  i32[field(c, C.SLOTS)] = int.slots;
  i32[field(c, T.ARENA)] = m.arena;
  f64[field64(c, T.WHEN)] = NEVER;
  return c;
}

/** Has the timer tick in `d` nanoseconds, and every `period` after that if this is not 0. What is due is forgotten. */
export function resetTimer(c: ChanAddr, d: number, period: number): void {
  effect(c);
  // Go's durations are whole nanoseconds: no period is shorter than one.
  modify(c, Math.min(engine().nanotime() + Math.max(0, d), MAX_WHEN), period === 0 ? 0 : Math.max(1, period));
}

/** Stops the timer. What is due is forgotten. */
export function stopTimer(c: ChanAddr): void {
  effect(c);
  modify(c, NEVER, 0);
}

function modify(c: ChanAddr, when: number, period: number): void {
  lock(field(c, C.LOCK));
  const before = f64[field64(c, T.WHEN)]!;
  f64[field64(c, T.WHEN)] = when;
  f64[field64(c, T.PERIOD)] = period;
  settle(c);
  // The Ps on which goroutines wait, if their keys are too late now. Keys that are too early may stay, but not in virtual time:
  // there the P would wake at a time at which nothing happens.
  const homes = new Set<number>();
  if (when < before || solo) {
    for (let sg = i32[field(c, C.RECVQ)]!; sg !== 0; sg = i32[field(sg, SG.NEXT)]!)
      homes.add(i32[field(i32[field(sg, SG.G)] as GAddr, G.HOME)]!);
  }
  unlock(field(c, C.LOCK));
  for (const home of homes) engine().retime(pAddress(home));
}

/** Updates ARMED and NTIMERS. With the lock held, after WHEN or RECVQ has changed. */
function settle(c: ChanAddr): void {
  const armed = i32[field(c, C.RECVQ)] !== 0 && f64[field64(c, T.WHEN)]! !== NEVER ? 1 : 0;
  if (armed === i32[field(c, T.ARMED)]) return;
  i32[field(c, T.ARMED)] = armed;
  add(H.NTIMERS, armed === 1 ? 1 : -1); // pairs with the load in deadlocked()
}

/** The running G has been queued as a receiver. With the lock held. */
export function blockTimerChan(c: ChanAddr): void {
  settle(c);
  if (i32[field(c, T.ARENA)] !== m.arena) holdArena(i32[field(c, T.ARENA)]!);
  engine().timers.block(c, keyOf(c), chanTimers);
}

/** The running G, which was queued as a receiver on the channel at `c`, has resumed. Does nothing if this has no timer. */
export function unblockTimerChan(c: ChanAddr): void {
  if (!engine().timers.unblock(c)) return;
  if (i32[field(c, T.ARENA)] !== m.arena) releaseArena(i32[field(c, T.ARENA)]!);
}

/** A receiver has been taken out of the queue and was sent nothing: its select has fired another case. With the lock held. */
export function leftTimerChan(c: ChanAddr): void {
  settle(c);
}

/** The key of the channel in the heap of a P: when the P has to check the timer. With the lock held. */
function keyOf(c: ChanAddr): number {
  return i32[field(c, T.ARMED)] === 1 ? f64[field64(c, T.WHEN)]! : NEVER;
}

/**
 * A receive has found nothing: if the timer is due, it ticks now. With the lock held.
 * @returns what the caller receives; -1 if nothing: the timer is not due, or the tick belongs to a goroutine that has waited for longer
 */
export function maybeRunChan(c: ChanAddr): number {
  const when = f64[field64(c, T.WHEN)]!;
  const now = when === NEVER ? 0 : engine().nanotime();
  if (when > now) return -1;
  const sg = dequeue(field(c, C.RECVQ));
  advance(c, when, now);
  settle(c);
  if (sg === 0) return timeOf(when);
  goready(giveTick(sg, when), by.recv);
  return -1;
}

/** Sets WHEN to the next tick after `now`, a whole number of periods after `when`: ticks that were missed are dropped. */
function advance(c: ChanAddr, when: number, now: number): void {
  const period = f64[field64(c, T.PERIOD)]!;
  f64[field64(c, T.WHEN)] = period === 0 ? NEVER : when + period * (1 + Math.floor((now - when) / period));
  i32[field(m.pp, P.NSENDS)]!++;
}

/** What is sent. Unlike Go, no time of day: when the timer was due, in nanoseconds since the start of the run. */
function timeOf(when: number): number {
  return Math.floor(when);
}

/** Gives the tick to the goroutine in this sudog, which was dequeued, and returns the G, for goready. */
function giveTick(sg: SudogAddr, when: number): GAddr {
  int.write(i32[field(sg, SG.ELEM)]!, timeOf(when));
  return wakeParam(sg, i32[field(sg, SG.CASE)]! || 1);
}

const chanTimers: ChanTimers = {
  /** Between two goroutines. If no goroutine waits any more, the timer stays due: the next receive runs it. */
  run(c, now) {
    lock(field(c, C.LOCK));
    const when = f64[field64(c, T.WHEN)]!;
    const sg = when <= now ? dequeue(field(c, C.RECVQ)) : 0;
    if (sg !== 0) advance(c, when, now);
    settle(c);
    const next = keyOf(c);
    unlock(field(c, C.LOCK));
    if (sg !== 0) goready(giveTick(sg, when), by.timer); // the receiver is ours alone until then
    return next;
  },

  when(c) {
    lock(field(c, C.LOCK));
    const key = keyOf(c);
    unlock(field(c, C.LOCK));
    return key;
  },
};
