// Arrows: what made a goroutine run again, from the event that did it to where the goroutine started. Drawn for the selected span,
// and for all if there are few of them in the picture.

import { goroutineOf } from '../../trace/analysis/activity.js';
import { lastBefore, lastEventAt } from '../../trace/analysis/histories.js';
import { ev } from '../../trace/event.js';
import type { Timeline } from './model.js';
import type { PlacedRow } from './rows.js';
import type { Range } from './viewport.js';

/** An arrow, between two rows of the picture. */
export interface Arrow {
  readonly kind: 'create' | 'unblock' | 'syscall exit';
  readonly fromNs: number;
  readonly toNs: number;
  /** Places of the rows in the picture. */
  readonly fromRow: number;
  readonly toRow: number;
  /** True if it belongs to the selected span. */
  readonly isSelected: boolean;
}

/** Events in the picture up to which all of them are looked at, and arrows up to which all are shown. */
const MAX_EVENTS = 20_000;
const MAX_ARROWS = 150;

const kinds: { readonly [type: number]: Arrow['kind'] } = {
  [ev.GoCreate]: 'create',
  [ev.GoUnblock]: 'unblock',
  [ev.GoSysExit]: 'syscall exit',
};

/** The arrows of a picture. @param selected the event that begins the selected span, -1 for none */
export function arrows(timeline: Timeline, rows: readonly PlacedRow[], range: Range, selected: number): Arrow[] {
  const { events } = timeline.trace;
  const places = new Places(rows);
  const list: Arrow[] = [];
  const add = (e: number, isSelected: boolean) => {
    const kind = kinds[events.type[e]!];
    const start = events.link[e]!;
    if (kind === undefined || start < 0) return;
    const fromRow = places.of(events.p[e]!, events.m[e]!, events.g[e]!);
    const toRow = places.of(events.p[start]!, events.m[start]!, events.g[start]!);
    if (fromRow < 0 || toRow < 0) return;
    // Along a row it would be a line through its texts.
    if (fromRow === toRow && !isSelected) return;
    list.push({ kind, fromNs: events.ts[e]!, toNs: events.ts[start]!, fromRow, toRow, isSelected });
  };
  const first = Math.max(0, lastEventAt(events, range.fromNs));
  const end = lastEventAt(events, range.toNs) + 1;
  if (end - first <= MAX_EVENTS) {
    for (let e = first; e < end && list.length <= MAX_ARROWS; e++) add(e, false);
    if (list.length > MAX_ARROWS) list.length = 0;
  }
  if (selected >= 0 && selected < events.length) for (const e of arrowsOf(timeline, selected)) add(e, true);
  return list;
}

/** Events of the arrows that lead to a span, and of the first ones that begin in it. */
function arrowsOf(timeline: Timeline, selected: number): number[] {
  const { events } = timeline.trace;
  const g = goroutineOf(events, selected);
  const history = timeline.historiesUpTo(selected);
  const k = lastBefore(history, g, selected);
  const row = history.event.subarray(Math.max(history.first[g]!, k - 1), Math.min(history.first[g + 1]!, k + 2));
  const list = [...row].filter((e) => kinds[events.type[e]!] !== undefined);
  const isStart = events.type[selected] === ev.GoStart || events.type[selected] === ev.GoStartLabel;
  const end = isStart ? events.link[selected]! : selected;
  const last = Math.min(end < 0 ? events.length : end, selected + MAX_EVENTS);
  for (let e = selected + 1; e < last && list.length < MAX_ARROWS; e++) {
    if (events.g[e] === g && kinds[events.type[e]!] !== undefined) list.push(e);
  }
  return list;
}

/** Where Ps, threads and goroutines have rows in the picture: a goroutine's own row comes before that of its P. */
class Places {
  readonly #ps = new Map<number, number>();
  readonly #threads = new Map<number, number>();
  readonly #goroutines = new Map<number, number>();

  constructor(rows: readonly PlacedRow[]) {
    for (const [place, { kind, n }] of rows.entries()) {
      const map = { proc: this.#ps, thread: this.#threads, goroutine: this.#goroutines }[kind as 'proc'];
      if (map !== undefined && !map.has(n)) map.set(n, place);
    }
  }

  of(p: number, m: number, g: number): number {
    return this.#goroutines.get(g) ?? this.#ps.get(p) ?? this.#threads.get(m) ?? -1;
  }
}
