// Circles of goroutines that wait for each other's locks, and the goroutine that holds each lock: made from what the threads know
// when all are asleep (Ending.waiting, Ending.locks).

import { noun } from '../../lib/numbers.js';
import { field, field64, type Words } from '../memory/address.js';
import { G, gAddressIn, gStatus, H, tables } from '../memory/layout.js';
import type { GoroutineReport, LockReport } from '../run/findings.js';
import { wait } from '../sched/reason.js';

/** The parts of a thread's ending that tell of a deadlock. */
interface Findings {
  readonly waiting?: readonly GoroutineReport[];
  readonly locks?: readonly LockReport[];
}

/** A goroutine that waits, with the holders of the lock that it waits for. */
export interface WaitingReport extends GoroutineReport {
  /** `held by goroutine 3, locked at p.js:5:3`: one line per goroutine that holds the lock. */
  readonly holders: readonly string[];
}

/** A deadlock as its report shows it. */
export interface Deadlock {
  /** By id. `text` includes the holders. */
  readonly waiting: readonly WaitingReport[];
  /** One line per circle. */
  readonly circles: readonly string[];
}

/** Most goroutines that a report names as readers of one lock: a report is to fit on a screen. */
const MOST_READERS = 10;

/** The deadlock of a run, from its shared memory and the endings of all its threads. */
export function deadlockOf(words: Words, endings: readonly Findings[]): Deadlock {
  const waiting = endings.flatMap((e) => e.waiting ?? []).sort((a, b) => a.goid - b.goid);
  const locks = mergeReports(endings.flatMap((e) => e.locks ?? []));
  const asleep = new Map(waiting.map((w) => [w.goid, w]));
  const ended = new Map<number, boolean>();
  const hasEnded = (goid: number) => {
    if (!ended.has(goid)) ended.set(goid, !asleep.has(goid) && !isAlive(words, goid));
    return ended.get(goid)!;
  };
  const needs = new Map<number, readonly number[]>();
  const reports = waiting.map((w) => {
    const lock = lockReasons.includes(w.kind) ? locks.get(w.objects[0]!) : undefined;
    if (lock === undefined) return { ...w, holders: [] };
    const { goids, lines } = holdersFor(w, lock, { asleep, hasEnded });
    needs.set(
      w.goid,
      goids.filter((goid) => asleep.has(goid)),
    );
    const text = `${w.text.slice(0, w.text.length - w.created.length)}${lines.map((l) => `${l}\n`).join('')}${w.created}`;
    return { ...w, text, holders: lines };
  });
  return { waiting: reports, circles: circlesIn(needs).map(circleLine) };
}

const lockReasons: readonly number[] = [wait.mutexLock, wait.rwMutexRLock, wait.rwMutexLock];

/** What all threads together know of each lock, by address. */
function mergeReports(reports: readonly LockReport[]): Map<number, LockReport> {
  const locks = new Map<number, LockReport>();
  for (const report of reports) {
    const known = locks.get(report.lock);
    if (known === undefined) locks.set(report.lock, report);
    else {
      const { lock, holder, readers, reading } = known;
      locks.set(lock, {
        lock,
        holder: holder || report.holder,
        at: known.at ?? report.at,
        readers: Math.max(readers, report.readers),
        reading: reading && report.reading && [...reading, ...report.reading],
      });
    }
  }
  return locks;
}

interface Others {
  readonly asleep: ReadonlyMap<number, GoroutineReport>;
  readonly hasEnded: (goid: number) => boolean;
}

/** The goroutines that hold the lock that `w` waits for, and the lines about them. */
function holdersFor(w: GoroutineReport, lock: LockReport, others: Others): { goids: number[]; lines: string[] } {
  const nameOf = (goid: number) => {
    if (goid === w.goid) return `goroutine ${goid} itself`;
    return others.hasEnded(goid) ? `goroutine ${goid}, which has ended` : `goroutine ${goid}`;
  };
  if (w.kind === wait.rwMutexLock) {
    const readers = new Map(lock.reading?.map(({ goid, at }) => [goid, at]));
    if (lock.reading?.length !== lock.readers) {
      const count = `${lock.readers} ${noun(lock.readers, 'goroutine')}`;
      return { goids: [], lines: [`held for reading by ${count}`] };
    }
    const named = [...readers].sort(([a], [b]) => a - b).slice(0, MOST_READERS);
    const lines = named.map(([goid, at]) => `held for reading by ${nameOf(goid)}${lockedAt(at)}`);
    if (named.length < readers.size) lines.push(`and for reading by ${readers.size - named.length} more`);
    return { goids: [...readers.keys()], lines };
  }
  const { holder, at } = lock;
  if (holder === 0) return { goids: [], lines: [] };
  const waits = others.asleep.get(holder);
  if (w.kind === wait.rwMutexRLock && waits?.kind === wait.rwMutexLock && waits.objects[0] === lock.lock) {
    return { goids: [holder], lines: [`queued behind ${nameOf(holder)}, which waits for the readers to unlock`] };
  }
  return { goids: [holder], lines: [`held by ${nameOf(holder)}${lockedAt(at)}`] };
}

const lockedAt = (at: string | undefined) => (at === undefined ? '' : `, locked at ${at}`);

/** True if the run has a goroutine with this id that has not ended. */
function isAlive(words: Words, goid: number): boolean {
  const { gbase, gmax } = tables(words.length, words[H.NPROCS]!);
  const doubles = new Float64Array(words.buffer, words.byteOffset);
  const count = Math.min(words[H.GNEXT]!, gmax);
  for (let k = 0; k < count; k++) {
    const gp = gAddressIn(gbase, k);
    const status = words[field(gp, G.STATUS)]!;
    if (doubles[field64(gp, G.GOID)] === goid) return status !== gStatus.idle && status !== gStatus.dead;
  }
  return false;
}

function circleLine(circle: readonly number[]): string {
  const way = [...circle, circle[0]].join(' -> ');
  return circle.length === 1
    ? `goroutine that waits for a lock that it holds itself: ${way}`
    : `goroutines that wait for each other in a circle: ${way}`;
}

/**
 * Circles among goroutines, given by which others each of them needs: every goroutine that needs itself, and a shortest
 * circle of several for every goroutine that is in any. Each begins with its smallest id.
 */
function circlesIn(needs: ReadonlyMap<number, readonly number[]>): number[][] {
  const inner = withoutEnds(needs);
  const found = new Set<number>();
  const circles: number[][] = [];
  for (const goid of [...inner.keys()].sort((a, b) => a - b)) {
    if (inner.get(goid)!.includes(goid)) circles.push([goid]);
    if (found.has(goid)) continue;
    const circle = circleThrough(goid, inner);
    if (circle === undefined) continue;
    for (const member of circle) found.add(member);
    const first = circle.indexOf(Math.min(...circle));
    circles.push([...circle.slice(first), ...circle.slice(0, first)]);
  }
  return circles;
}

/** Leaves out goroutines that need none of the others, then those that need only these, and so on: they are in no circle. */
function withoutEnds(needs: ReadonlyMap<number, readonly number[]>): Map<number, readonly number[]> {
  const needed = new Map<number, number[]>();
  const open = new Map<number, number>();
  for (const [goid, others] of needs) {
    open.set(goid, others.length);
    for (const other of others) {
      const by = needed.get(other);
      if (by === undefined) needed.set(other, [goid]);
      else by.push(goid);
    }
  }
  const ends = [...needed.keys(), ...needs.keys()].filter((goid) => (open.get(goid) ?? 0) === 0);
  const gone = new Set<number>();
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    if (gone.has(end)) continue;
    gone.add(end);
    for (const goid of needed.get(end) ?? []) {
      const rest = open.get(goid)! - 1;
      open.set(goid, rest);
      if (rest === 0) ends.push(goid);
    }
  }
  return new Map([...needs].filter(([goid]) => !gone.has(goid)));
}

/** A shortest path from `start` through others back to it, by breadth-first search; undefined if there is none. */
function circleThrough(start: number, needs: ReadonlyMap<number, readonly number[]>): number[] | undefined {
  const from = new Map<number, number>();
  const queue = [start];
  for (const goid of queue) {
    for (const other of needs.get(goid) ?? []) {
      if (other === start && goid === start) continue;
      if (other === start) {
        const way = [goid];
        for (let at = goid; at !== start; at = way[0]!) way.unshift(from.get(at)!);
        return way;
      }
      if (from.has(other) || !needs.has(other)) continue;
      from.set(other, goid);
      queue.push(other);
    }
  }
  return undefined;
}
