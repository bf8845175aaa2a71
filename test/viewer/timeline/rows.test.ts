// The rows of the time line: their order, what is hidden and pinned, and the way from each row to the next one.

import { describe, expect, test } from 'vitest';
import {
  type Choice,
  groupOf,
  groups,
  Layout,
  type PlacedRow,
  type Row,
  type Source,
} from '#src/viewer/timeline/rows.js';

const none: Choice = { toggled: new Set(), pinned: [], hidden: new Set(), order: [] };

/** Three bodies with two goroutines each, two Ps, and statistics. */
const rows: Partial<Record<(typeof groups)[number]['id'], readonly Row[]>> = {
  statistics: [
    { kind: 'counts', n: 0 },
    { kind: 'heap', n: 0 },
    { kind: 'threadcounts', n: 0 },
  ],
  procs: [0, 1].map((n) => ({ kind: 'proc', n })),
  bodies: [0, 1, 2].map((n) => ({ kind: 'body', n })),
  goroutines: [1, 2, 3, 4, 5, 6].map((n) => ({ kind: 'goroutine', n })),
};
const letters: Partial<Record<Row['kind'], string>> = { proc: 'p', body: 'b', goroutine: 'g' };
const keyOf = ({ kind, n }: Row) =>
  kind === 'group' ? groups[n]!.id : kind in letters ? `${letters[kind]}${n}` : kind;
const source: Source = {
  has: (group) => rows[group] !== undefined,
  countOf: (group) => rows[group]?.length ?? 0,
  rowOf: (group, place) => rows[group]![place]!,
  membersOf: (body) => Uint32Array.of(2 * body + 1, 2 * body + 2),
  keyOf,
  rowWith: (key) =>
    [...groups.map((_, n) => ({ kind: 'group', n }) as const), ...Object.values(rows).flat()].find(
      (row) => keyOf(row) === key,
    ),
};

const all = (layout: Layout) => layout.between(0, layout.height);
const keysOf = (list: readonly PlacedRow[]) => list.map(({ key }) => key).join(' ');

/** The rows that one comes to from the first one, one after the other, and how it ends. */
function walk(layout: Layout, by: 1 | -1, begin: number): PlacedRow[] {
  const list: PlacedRow[] = [];
  let next = layout.neighbour('', by, begin);
  while (next !== undefined && list.length < 100) {
    list.push(next);
    next = layout.neighbour(next.key, by, next.top);
  }
  return list;
}

describe('the rows', () => {
  test('are in groups, in the order that is chosen, without what is hidden', () => {
    expect(keysOf(all(new Layout(source, none)))).toBe(
      'statistics counts heap threadcounts procs p0 p1 bodies b0 b1 b2 goroutines',
    );
    const layout = new Layout(source, {
      toggled: new Set(['b1', 'goroutines', 'statistics']),
      pinned: ['p1'],
      hidden: new Set(['b0', 'g6', 'p0']),
      order: ['goroutines', 'nonsense', 'bodies'],
    });
    expect(keysOf(all(layout))).toBe('goroutines g1 g2 g3 g4 g5 bodies b1 g3 g4 b2 statistics procs p1');
    expect(layout.groups).toEqual(['goroutines', 'bodies', 'statistics', 'procs']);
    expect(keysOf(layout.pinned)).toBe('p1');
    expect(layout.count).toBe(14);
  });

  test('lead from each to the next one, to the last and back, also where a goroutine has two', () => {
    const layout = new Layout(source, { ...none, toggled: new Set(['b0', 'b1', 'goroutines']) });
    const list = all(layout);
    expect(list).toHaveLength(22);
    expect(walk(layout, 1, 0)).toEqual(list);
    expect(walk(layout, -1, layout.height - 1)).toEqual([...list].reverse());
  });

  test('lead on from a row that is searched for, and from a height if the row is not shown', () => {
    const layout = new Layout(source, { ...none, hidden: new Set(['p0']) });
    expect(layout.neighbour('p1', 1, 0)?.key).toBe('bodies');
    expect(layout.neighbour('p1', -1, 0)?.key).toBe('procs');
    expect(layout.neighbour('p0', 1, 30)?.key).toBe('counts');
  });

  test('know their group', () => {
    const layout = new Layout(source, { ...none, toggled: new Set(['b0', 'goroutines']) });
    const known = all(layout).map((row) => groupOf(row));
    let group = '';
    const expected = all(layout).map(({ kind, key }) => {
      if (kind === 'group') group = key;
      return group;
    });
    expect(known).toEqual(expected);
  });
});
