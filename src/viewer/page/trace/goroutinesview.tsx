// The table of goroutines: millions of rows, of which those in view are asked for. Its order is that of their rows in the picture.

import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { count } from '../../../lib/numbers.js';
import { activities } from '../../../trace/analysis/activity.js';
import { activityClasses } from '../../timeline/classes.js';
import type { GoroutineColumn } from '../../timeline/goroutinetable.js';
import { withoutPath } from '../../timeline/rowlabels.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { following } from './asked.js';
import { progress } from './client.js';
import type { GoroutineRows } from './protocol.js';
import { showRow } from './selection.js';
import { choose, chosen, currentRow } from './state.js';

/** Height of a row in CSS pixels. */
const ROW = 22;
/** The tallest element that every browser can show; of a taller table each pixel of scrolling stands for more. */
const TALLEST = 8_000_000;
/** Rows that are asked for at a time. */
const AT_ONCE = 60;

/** Where the table is: how far it is scrolled, in CSS pixels, and the number of the first row in view. */
const place = signal({ top: 0, first: 0 });

const rows = following('goroutines', () => {
  const { tab, sort, find, onlyMatches, query } = chosen.value;
  if (tab !== 'goroutines' || progress.value?.isWhole === undefined) return undefined;
  return [{ sort, find, onlyMatches, query }, place.value.first, AT_ONCE];
});

/** Height of a table of so many rows, with its head. */
const heightOf = (total: number) => Math.min(TALLEST, (total + 1) * ROW);

/** Takes where the table is scrolled to. */
function onScroll({ scrollTop: top, clientHeight }: HTMLElement, total: number): void {
  const most = Math.max(0, total - Math.floor(clientHeight / ROW) + 1);
  const height = heightOf(total);
  const isTallest = height === TALLEST;
  const first = isTallest ? Math.round((most * top) / Math.max(1, height - clientHeight)) : Math.floor(top / ROW);
  place.value = { top, first: Math.min(most, first) };
}

export function GoroutinesView(): VNode {
  const { find, onlyMatches, query } = chosen.value;
  const told = rows.value;
  return (
    <div class="goroutines">
      <p class="tools">
        <label>
          {'Find '}
          <input
            type="search"
            value={find}
            placeholder="body or number"
            onInput={(event) => choose({ find: event.currentTarget.value.trim() })}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={onlyMatches}
            disabled={query.trim() === ''}
            onChange={(event) => choose({ onlyMatches: event.currentTarget.checked })}
          />
          {' only with matches of the query'}
        </label>
        <span class="about" role="status">
          {told === undefined ? 'Counting.' : `${count(told.total)} goroutines`}
        </span>
      </p>
      {told !== undefined && <Rows told={told} />}
    </div>
  );
}

function Rows({ told }: { readonly told: GoroutineRows }): VNode {
  const element = useRef<HTMLDivElement>(null);
  const { total, columns, from } = told;
  useLayoutEffect(() => onScroll(element.current!, total), [total]);
  return (
    <section
      class="rows"
      ref={element}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
      tabIndex={0}
      aria-label="Goroutines"
      onScroll={(event) => onScroll(event.currentTarget, total)}
    >
      <div class="spacer" style={{ height: `${heightOf(total)}px` }}>
        <table style={{ top: `${place.value.top}px` }} aria-label="Goroutines" aria-rowcount={total + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <Head key={column} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {told.rows.map((row, k) => (
              <tr key={k} aria-rowindex={from + k + 2} class={currentRow.value === `g${row.who.id}` ? 'marked' : ''}>
                {columns.map((column, c) => (
                  <td key={column}>{cell(column, row.values[c]!, row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Heads of columns, where they differ from the names of activities. */
const heads: Readonly<Partial<Record<GoroutineColumn, string>>> = {
  id: 'G',
  body: 'Body',
  created: 'created',
  life: 'lifetime',
  blocked: 'all waits',
  switches: 'starts',
  p: 'first P',
};

function Head({ column }: { readonly column: GoroutineColumn }): VNode {
  const { sort } = chosen.value;
  const isDescending = sort === `-${column}`;
  const isAscending = sort === column;
  const activity = activities.indexOf(column as (typeof activities)[number]);
  const name = heads[column] ?? activityClasses[activity]!.name;
  const arrow = isDescending ? ' ▼' : isAscending ? ' ▲' : '';
  // Texts from A, figures from the largest; then the other way round; then as they were created.
  const isText = column === 'body' || column === 'id';
  const [first, second] = isText ? [column, `-${column}`] : [`-${column}`, column];
  const next = sort === first ? second : sort === second ? '' : first;
  return (
    <th scope="col" class={column} aria-sort={isDescending ? 'descending' : isAscending ? 'ascending' : 'none'}>
      <button type="button" onClick={() => choose({ sort: next })}>
        {name + arrow}
      </button>
    </th>
  );
}

function cell(column: GoroutineColumn, value: number, { who, values }: GoroutineRows['rows'][number]): VNode | string {
  switch (column) {
    case 'id':
      return (
        <button
          type="button"
          class="link"
          onClick={() => void showRow(`g${who.id}`, values[2]!, values[2]! + values[3]!)}
        >
          {who.id}
        </button>
      );
    case 'body':
      return withoutPath(who.body);
    case 'created':
      return momentText(value);
    case 'switches':
      return count(value);
    case 'p':
      return value < 0 ? '' : String(value);
    default:
      return value === 0 ? '' : lengthText(value);
  }
}
