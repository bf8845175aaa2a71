// The table of goroutines: its values are those of goroutines.ts, its orders those of a plain sort.

import { entryName, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { distribution } from '#src/lib/distribution.js';
import { activities } from '#src/trace/analysis/activity.js';
import { counts } from '#src/trace/analysis/counts.js';
import { goroutineBodies } from '#src/trace/analysis/goroutines.js';
import { type GoroutineColumn, GoroutineTable } from '#src/viewer/timeline/goroutinetable.js';
import { matchSpans } from '#src/viewer/timeline/matches.js';
import { movesOf } from '#src/viewer/timeline/moves.js';
import { parseQuery } from '#src/viewer/timeline/query.js';
import { goProgramTrace } from '../../programs/lib/tracesv2.js';
import { someTraces } from '../../support/sometraces.js';
import { story } from '../../support/story.js';

const traces = someTraces();

const web = parse(goProgramTrace('web-1.26-p8.trace'));
const all = ({ goroutines }: Trace) => Array.from({ length: goroutines.length - 1 }, (_, k) => k + 1);

describe('the table of goroutines', () => {
  test.each(traces)('of %s has the sums of goroutines.ts', (_, trace) => {
    const table = new GoroutineTable(trace);
    const given = new GoroutineTable(trace, movesOf(trace));
    for (const body of goroutineBodies(trace)) {
      const members = all(trace).filter((g) => table.bodyOf(g) === body.name);
      expect(members.every((g) => entryName(trace, g) === body.name)).toBe(true);
      const of = (column: GoroutineColumn) => distribution(Float64Array.from(members, (g) => table.value(column, g)));
      expect(of('life')).toEqual(body.life);
      for (const { activity, perGoroutine } of body.spent) {
        expect([activity, of(activity as GoroutineColumn)]).toEqual([activity, perGoroutine]);
      }
      const waits = body.spent.filter(({ activity }) => activities.indexOf(activity) >= 4);
      expect(of('blocked').total).toBe(waits.reduce((sum, { perGoroutine }) => sum + perGoroutine.total, 0));
    }
    const done = new Set<string>(goroutineBodies(trace).flatMap(({ spent }) => spent.map(({ activity }) => activity)));
    expect(table.columns.filter((name) => activities.includes(name as never))).toEqual(
      activities.filter((name) => done.has(name)),
    );
    const switches = all(trace).reduce((sum, g) => sum + table.value('switches', g), 0);
    expect(switches).toBe(counts(trace).switches);
    for (const column of table.columns) {
      for (const g of all(trace)) expect(given.value(column, g)).toBe(table.value(column, g));
    }
  });

  test('has a column for each activity that occurs', () => {
    expect(new GoroutineTable(parse(story().bytes)).columns).toEqual([
      'id',
      'body',
      'created',
      'life',
      'execution',
      'runnable',
      'blocked',
      'receive',
      'sync',
      'syscall',
      'switches',
      'p',
    ]);
  });

  test('has the figures of the story', () => {
    const table = new GoroutineTable(parse(story().bytes));
    const row = (g: number) => table.columns.map((column) => table.value(column, g));
    // main: created at 0, runs 10-100, 320-430 and 485-500; waits 100-300, in a call 430-470; runnable 10 + 20 + 15.
    expect(row(1)).toEqual([1, 1, 0, 500, 215, 45, 240, 0, 200, 40, 3, 0]);
    // Worker 3: created at 30, runs 40-240 on P 1.
    expect(row(3)).toEqual([3, 0, 30, 210, 200, 10, 0, 0, 0, 0, 1, 1]);
  });

  test.each(traces)('of %s is sorted by any column, equal rows by index', (_, trace) => {
    const table = new GoroutineTable(trace);
    for (const column of table.columns) {
      const value = (g: number) => (column === 'body' ? table.bodyOf(g) : table.value(column, g));
      const plainly = (sign: number) =>
        all(trace).sort((a, b) => (value(a) === value(b) ? a - b : value(a) < value(b) ? -sign : sign));
      expect([...table.sortBy(column, 'ascending')], column).toEqual(plainly(1));
      expect([...table.sortBy(column, 'descending')], column).toEqual(plainly(-1));
    }
  });

  test('is filtered by body, by text and by number', () => {
    const table = new GoroutineTable(web);
    const kept = (filter: Parameters<typeof table.filter>[0]) => {
      const mask = table.filter(filter);
      return all(web).filter((g) => mask[g] === 1);
    };
    const { id } = web.goroutines;
    expect(kept({})).toEqual(all(web));
    expect(kept({ body: 'main.main' })).toEqual(all(web).filter((g) => table.bodyOf(g) === 'main.main'));
    expect(kept({ text: 'HTTP' })).toEqual(all(web).filter((g) => /http/i.test(table.bodyOf(g))));
    expect(kept({ text: 'HTTP' }).length).toBeGreaterThan(2);
    for (const text of ['1', '10', 'G2', '7']) {
      const digits = text.replace('G', '');
      expect(kept({ text }), text).toEqual(
        all(web).filter(
          (g) => String(id[g]).startsWith(digits) || table.bodyOf(g).toLowerCase().includes(text.toLowerCase()),
        ),
      );
    }
    expect(kept({ text: 'http', body: 'main.main' })).toEqual([]);
  });

  test('is filtered by the spans that match a query, and keeps its order', () => {
    const table = new GoroutineTable(web);
    for (const text of ['state:network', 'state:runnable dur>50us', 'state:select', 'g:999999']) {
      const matches = matchSpans(web, parseQuery(text));
      const wanted = new Set(
        all(web).filter((g) => matchSpans(web, parseQuery(`${text} g:${web.goroutines.id[g]}`)).count > 0),
      );
      const order = table.sortBy('life', 'descending');
      expect([...table.rows(order, table.filter({ matches }))]).toEqual([...order].filter((g) => wanted.has(g)));
    }
  });
});
