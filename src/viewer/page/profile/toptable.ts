// The table of functions, in the order that its reader picks.

import type { MarkData, TopData, TopRow } from '../../server/data.js';
import { ask } from './ask.js';
import { button, element } from './element.js';
import { exactly, type Page, partOf, type View } from './view.js';

type Column = 'flat' | 'cum' | 'name';

const heads: readonly { readonly by: Column; readonly title: string; readonly about: string; readonly span: number }[] =
  [
    {
      by: 'flat',
      title: 'Flat',
      about: 'Found in the function itself: how much, its share, and the sum of shares',
      span: 3,
    },
    { by: 'cum', title: 'Cum', about: 'Found in the function or in what it calls: how much, and its share', span: 2 },
    { by: 'name', title: 'Name', about: 'The function', span: 1 },
  ];

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
    return (panel) => show(page, panel, top, marks);
  },
};

function show(page: Page, panel: HTMLElement, { rows, more, labels }: TopData, marks: MarkData | undefined): void {
  const by = heads.find((head) => head.by === page.state.sort)?.by ?? 'flat';
  const marked = new Set(marks?.names);
  const focused = document.activeElement?.closest('th')?.id;
  const body = (by === 'name' ? byName(rows) : rows).map((row) => {
    const { name, inline, flat, flatPercent, sumPercent, cum, cumPercent } = row;
    const values = [flat, flatPercent, by === 'name' ? '' : sumPercent, cum, cumPercent];
    const link = button(name, () => page.go({ view: 'peek', func: exactly(name) }), {
      title: 'Show its callers and callees',
    });
    const cells = values.map((text) => element('td', {}, text));
    const made = element('tr', {}, ...cells, element('td', {}, link, inline === '' ? '' : ` ${inline}`));
    made.classList.toggle('marked', marked.has(name));
    return made;
  });
  const about = [...labels, ...(marks ? [marks.text] : []), ...(more === 0 ? [] : [`${more} more rows`])];
  panel.replaceChildren(
    element('p', { class: 'about' }, about.map((label) => label.trim()).join(' · ')),
    element(
      'table',
      { 'aria-label': 'Functions' },
      element('thead', {}, element('tr', {}, ...heads.map((head) => headOf(page, head, by)))),
      element('tbody', {}, ...body),
    ),
  );
  if (focused) document.querySelector<HTMLElement>(`#${focused} button`)?.focus();
}

function headOf(page: Page, { by, title, about, span }: (typeof heads)[number], sorted: Column): HTMLElement {
  const isSorted = by === sorted;
  const mark = isSorted ? (by === 'name' ? ' ▲' : ' ▼') : '';
  const pick = button(`${title}${mark}`, () => page.go({ sort: by === 'flat' ? '' : by }), {
    title: about,
    'aria-label': `Sort by ${title}`,
  });
  const order = isSorted ? (by === 'name' ? 'ascending' : 'descending') : 'none';
  return element('th', { id: `by-${by}`, scope: 'col', 'aria-sort': order, colspan: String(span) }, pick);
}

function byName(rows: readonly TopRow[]): readonly TopRow[] {
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
