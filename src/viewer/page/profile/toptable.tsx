// The table of functions, in the order that its reader picks.

import type { VNode } from 'preact';
import type { MarkData, TopData, TopRow } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { exactly, type Page, partOf, type View } from './view.js';

const heads = [
  {
    by: 'flat',
    title: 'Flat',
    about: 'Found in the function itself: how much, its share, and the sum of shares',
    span: 3,
  },
  { by: 'cum', title: 'Cum', about: 'Found in the function or in what it calls: how much, and its share', span: 2 },
  { by: 'name', title: 'Name', about: 'The function', span: 1 },
] as const;

type Column = (typeof heads)[number]['by'];

export const topTable: View = {
  id: 'top',
  title: 'Top',
  async load(page) {
    const { mark, sort } = page.state;
    const part = partOf(page.state);
    const [top, marks] = await Promise.all([
      ask<TopData>('data/top', { ...part, sort }, page.signal),
      mark === '' ? undefined : ask<MarkData>('data/mark', { ...part, mark }, page.signal),
    ]);
    return <TopTable page={page} top={top} marks={marks} />;
  },
};

interface TopTableProps {
  readonly page: Page;
  readonly top: TopData;
  readonly marks: MarkData | undefined;
}

function TopTable({ page, top: { rows, more, labels }, marks }: TopTableProps): VNode {
  const by = heads.find((head) => head.by === page.state.sort)?.by ?? 'flat';
  const marked = new Set(marks?.names);
  const about = [...labels, ...(marks ? [marks.text] : []), ...(more === 0 ? [] : [`${more} more rows`])];
  return (
    <>
      <p class="about">{about.map((label) => label.trim()).join(' · ')}</p>
      <table aria-label="Functions">
        <thead>
          <tr>
            {heads.map((head) => (
              <Head key={head.by} head={head} sorted={by} page={page} />
            ))}
          </tr>
        </thead>
        <tbody>
          {(by === 'name' ? sortByName(rows) : rows).map((row, k) => (
            <Row key={k} row={row} isMarked={marked.has(row.name)} hasSums={by !== 'name'} page={page} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface HeadProps {
  readonly head: (typeof heads)[number];
  readonly sorted: Column;
  readonly page: Page;
}

function Head({ head: { by, title, about, span }, sorted, page }: HeadProps): VNode {
  const order = by !== sorted ? 'none' : by === 'name' ? 'ascending' : 'descending';
  const arrow = { none: '', ascending: ' ▲', descending: ' ▼' }[order];
  return (
    <th id={`by-${by}`} scope="col" aria-sort={order} colSpan={span}>
      <button
        type="button"
        title={about}
        aria-label={`Sort by ${title}`}
        onClick={() => page.go({ sort: by === 'flat' ? '' : by })}
      >
        {title}
        {arrow}
      </button>
    </th>
  );
}

interface RowProps {
  readonly row: TopRow;
  readonly isMarked: boolean;
  /** False in an order where the sum of shares so far means nothing. */
  readonly hasSums: boolean;
  readonly page: Page;
}

function Row({ row, isMarked, hasSums, page }: RowProps): VNode {
  const { name, inline, flat, flatPercent, sumPercent, cum, cumPercent } = row;
  return (
    <tr class={isMarked ? 'marked' : undefined}>
      <td>{flat}</td>
      <td>{flatPercent}</td>
      <td>{hasSums ? sumPercent : ''}</td>
      <td>{cum}</td>
      <td>{cumPercent}</td>
      <td>
        <button
          type="button"
          title="Show its callers and callees"
          onClick={() => page.go({ view: 'peek', func: exactly(name) })}
        >
          {name}
        </button>
        {inline === '' ? '' : ` ${inline}`}
      </td>
    </tr>
  );
}

function sortByName(rows: readonly TopRow[]): readonly TopRow[] {
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
