// Instants: log messages and CPU samples, as marks on the rows of the P, the thread and the goroutine in which they happened.

import { firstAbove } from '../../lib/ascending.js';
import { lastEventAt } from '../../trace/analysis/histories.js';
import { argOf } from '../../trace/model.js';
import type { Timeline } from './model.js';
import type { PlacedRow } from './rows.js';
import { nsPerPixel, type Range } from './viewport.js';

/** A mark. */
export interface Instant {
  readonly kind: 'log' | 'sample';
  /** Place of the row in the picture. */
  readonly row: number;
  readonly ns: number;
  /** Of a log message: its category and its text. */
  readonly text: string;
  /** Time until the next log message of the row. */
  readonly roomNs: number;
}

/** Most marks of a picture. */
const MOST = 4000;

/** Places of rows in the picture: more than one may show the same P, thread or goroutine. */
class Places {
  readonly #rows = new Map<string, number[]>();

  constructor(rows: readonly PlacedRow[]) {
    for (const [place, { kind, n }] of rows.entries()) {
      if (kind !== 'proc' && kind !== 'thread' && kind !== 'goroutine') continue;
      const key = `${kind} ${n}`;
      const list = this.#rows.get(key);
      if (list === undefined) this.#rows.set(key, [place]);
      else list.push(place);
    }
  }

  of(p: number, m: number, g: number): readonly number[] {
    return [`proc ${p}`, `thread ${m}`, `goroutine ${g}`].flatMap((key) => this.#rows.get(key) ?? []);
  }
}

/** The instants in the picture: of one kind at most one in each pixel of a row. */
export function instants(timeline: Timeline, rows: readonly PlacedRow[], range: Range, width: number): Instant[] {
  if (timeline.indexes.logs.length === 0 && timeline.trace.samples.length === 0) return [];
  const places = new Places(rows);
  const pixelNs = nsPerPixel(range, width);
  return [...logs(timeline, places, range, pixelNs), ...samples(timeline, places, range, pixelNs)];
}

function logs({ trace, indexes }: Timeline, places: Places, range: Range, pixelNs: number): Instant[] {
  const { events, strings } = trace;
  const { at, length } = indexes.logs;
  /** By row: its last log message, which has room up to the next one. */
  const last = new Map<number, { roomNs: number; ns: number }>();
  const list: Instant[] = [];
  let k = firstAbove(at, lastEventAt(events, range.fromNs), 0, length);
  for (; k < length && events.ts[at[k]!]! <= range.toNs && list.length < MOST; k++) {
    const e = at[k]!;
    const ns = events.ts[e]!;
    for (const row of places.of(events.p[e]!, events.m[e]!, events.g[e]!)) {
      const before = last.get(row);
      if (before !== undefined) before.roomNs = ns - before.ns;
      if (before !== undefined && ns - before.ns < pixelNs) continue;
      const category = strings[argOf(events, e, 1)] ?? '';
      const text = `${category === '' ? '' : `${category}: `}${strings[argOf(events, e, 2)] ?? ''}`;
      const log = { kind: 'log' as const, row, ns, text, roomNs: range.toNs - ns };
      last.set(row, log);
      list.push(log);
    }
  }
  return list;
}

function samples({ trace }: Timeline, places: Places, range: Range, pixelNs: number): Instant[] {
  const { ts, p, m, g, length } = trace.samples;
  const last = new Map<number, number>();
  const list: Instant[] = [];
  for (let k = firstAbove(ts, range.fromNs, 0, length); k < length && list.length < MOST; k++) {
    const ns = ts[k]!;
    if (ns > range.toNs) break;
    for (const row of places.of(p[k]!, m[k]!, g[k]!)) {
      if (ns - (last.get(row) ?? Number.NEGATIVE_INFINITY) < pixelNs) continue;
      last.set(row, ns);
      list.push({ kind: 'sample', row, ns, text: '', roomNs: 0 });
    }
  }
  return list;
}
