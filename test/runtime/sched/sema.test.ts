import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, type ObjectAddr } from '#src/runtime/memory/address.js';
import { COLD, G, gStatus, H, P, pAddress, SG } from '#src/runtime/memory/layout.js';
import { mallocZeroed } from '#src/runtime/memory/malloc.js';
import { gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { by, gopark, goready, setEngine, wait } from '#src/runtime/sched/engine.js';
import { m, newG } from '#src/runtime/sched/g.js';
import { parked } from '#src/runtime/sched/op.js';
import { SEMA_WORDS, type SemaAddr, semaAt, semacquire, semrelease } from '#src/runtime/sched/sema.js';
import { ownSudog } from '#src/runtime/sched/waitq.js';
import { interleave, underLock } from '../../support/atomics.js';
import { count, newRun, nothing, queues, raw } from '../../support/core.js';
import { newEngine, type TestEngine } from '../../support/engine.js';

let on: ObjectAddr;
let s: SemaAddr;
let engine: TestEngine;

/** The words of the semaphore, with the Gs that wait instead of the queue. */
function words(): { tokens: number; lock: number; waiting: GAddr[] } {
  const waiting: GAddr[] = [];
  for (let sg: number = raw[s + 2]!; sg !== 0; sg = raw[sg + SG.NEXT]!) waiting.push(raw[sg + SG.G] as GAddr);
  return { tokens: raw[s]!, lock: raw[s + 1]!, waiting };
}

/** A G that has started, and lives on P number `home`. */
function startedG(home = 0): GAddr {
  const gp = newG();
  i32[field(gp, G.HOME)] = home;
  i32[field(gp, G.STATUS)] = gStatus.running;
  return gp;
}

/** Has `gp` ask for a token. @returns the iterator that it gets */
function acquire(gp: GAddr, first = false): Iterator<void, void, void> {
  m.curg = gp;
  return semacquire(s, wait.mutexLock, on, first)[Symbol.iterator]();
}

beforeEach(() => {
  newRun();
  engine = newEngine();
  on = mallocZeroed(16);
  s = semaAt(on, 4);
  return () => setEngine(undefined);
});

describe('a semaphore', () => {
  test('is a part of the object that it belongs to', () => {
    expect(s).toBe(on + 4);
    expect(SEMA_WORDS).toBe(4);
  });

  test('counts the tokens that no goroutine waits for', () => {
    semrelease(s, by.mutexUnlock);
    semrelease(s, by.mutexUnlock);
    expect(words()).toEqual({ tokens: 2, lock: 0, waiting: [] });
    expect(engine.readied).toEqual([]);
  });

  test('gives a token to a goroutine that asks, which does not park', () => {
    semrelease(s, by.mutexUnlock);
    semrelease(s, by.mutexUnlock);
    const gp = startedG();
    expect(acquire(gp).next()).toEqual({ done: true, value: undefined });
    expect(words()).toEqual({ tokens: 1, lock: 0, waiting: [] });
    expect(i32[field(gp, G.STATUS)]).toBe(gStatus.running);
    expect(i32[field(m.pp, P.NPARKS)]).toBe(0);
    expect(acquire(gp).next().done).toBe(true);
    expect(acquire(gp)).toBe(parked);
    expect(words()).toEqual({ tokens: 0, lock: 0, waiting: [gp] });
  });

  test('parks a goroutine if there is no token', () => {
    i32[H.CLOCK] = 123;
    const gp = startedG();
    expect(acquire(gp)).toBe(parked);
    expect(words()).toEqual({ tokens: 0, lock: 0, waiting: [gp] });
    expect(i32[field(gp, G.STATUS)]).toBe(gStatus.waiting);
    const cold = gColdAddress(gp);
    expect(i32[field(cold, COLD.WAITREASON)]).toBe(wait.mutexLock);
    expect(i32[field(cold, COLD.WAITON)]).toBe(on);
    expect(i32[field(cold, COLD.WAITSINCE)]).toBe(123);
    expect(i32[field(ownSudog(gp), SG.ON)]).toBe(s);
    expect(i32[field(m.pp, P.NPARKS)]).toBe(1);
  });

  test('passes a token to the goroutine that has waited longest', () => {
    const [a, b] = [startedG(), startedG()];
    acquire(a);
    acquire(b);
    expect(words().waiting).toEqual([a, b]);
    semrelease(s, by.mutexUnlock);
    expect(words()).toEqual({ tokens: 0, lock: 0, waiting: [b] });
    expect(engine.readied).toEqual([a]);
    expect([i32[field(a, G.STATUS)], i32[field(a, G.PARAM)]]).toEqual([gStatus.runnable, 1]);
    expect([i32[field(b, G.STATUS)], i32[field(b, G.PARAM)]]).toEqual([gStatus.waiting, 0]);
    semrelease(s, by.mutexUnlock);
    semrelease(s, by.mutexUnlock);
    expect(words()).toEqual({ tokens: 1, lock: 0, waiting: [] });
    expect(engine.readied).toEqual([a, b]);
  });

  test('has a goroutine wait at the head that asks to be first', () => {
    const [a, b, c] = count(3).map(() => startedG()) as [GAddr, GAddr, GAddr];
    acquire(a);
    acquire(b, true);
    acquire(c);
    expect(words().waiting).toEqual([b, a, c]);
  });

  test('makes a goroutine runnable on the P where it lives', () => {
    const [here, there] = [startedG(0), startedG(2)];
    acquire(here);
    acquire(there);
    semrelease(s, by.mutexUnlock);
    semrelease(s, by.mutexUnlock);
    expect(queues(pAddress(0))).toEqual({ ...nothing, next: here });
    expect(queues(pAddress(2))).toEqual({ ...nothing, inbox: [there] });
  });

  test('is changed under its lock, and a goroutine waits before that is free and is woken after that', () => {
    const gp = startedG();
    const lock = s + 1;
    const around = [
      ['compareExchange', lock, 0, 1],
      ['exchange', lock, 0],
    ];
    const seen: unknown[] = [];
    const look = () => seen.push([i32[field(gp, G.STATUS)], words().waiting]);
    expect(interleave(() => void acquire(gp), look)).toEqual(around);
    expect(seen).toEqual([
      [gStatus.running, []],
      [gStatus.waiting, [gp]],
    ]);
    const ready: unknown[] = [];
    engine.onReady = (woken) => ready.push([words(), i32[field(woken, G.STATUS)], i32[field(woken, G.PARAM)]]);
    expect(interleave(() => semrelease(s, by.mutexUnlock))).toEqual(around);
    expect(ready).toEqual([[{ tokens: 0, lock: 0, waiting: [] }, gStatus.runnable, 1]]);
    const tokens = () => words().tokens;
    expect(underLock(() => semrelease(s, by.mutexUnlock), lock, tokens)).toEqual([0, 1]);
    expect(underLock(() => void acquire(gp), lock, tokens)).toEqual([1, 0]);
    acquire(gp);
    const waiting = () => words().waiting.length;
    expect(underLock(() => semrelease(s, by.mutexUnlock), lock, waiting)).toEqual([1, 0]);
  });

  test('is not touched before its goroutine gives the operation to `yield*`', () => {
    m.curg = startedG();
    expect(interleave(() => void semacquire(s, wait.mutexLock, on, false))).toEqual([]);
    expect(words()).toEqual({ tokens: 0, lock: 0, waiting: [] });
  });
});

describe('parking', () => {
  test('marks the running G, and says what it waits for', () => {
    const gp = startedG();
    m.curg = gp;
    i32[H.CLOCK] = 9;
    gopark(wait.select, 0);
    const cold = gColdAddress(gp);
    expect([COLD.WAITREASON, COLD.WAITON, COLD.WAITSINCE].map((word) => raw[cold + word])).toEqual([wait.select, 0, 9]);
    expect(i32[field(gp, G.STATUS)]).toBe(gStatus.waiting);
  });

  test('ends when another goroutine makes it runnable', () => {
    const gp = startedG(1);
    i32[field(gp, G.STATUS)] = gStatus.waiting;
    goready(gp, by.send);
    expect(i32[field(gp, G.STATUS)]).toBe(gStatus.runnable);
    expect(queues(pAddress(1)).inbox).toEqual([gp]);
  });
});
