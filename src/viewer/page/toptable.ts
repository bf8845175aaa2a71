// The table of functions, sorted by what its reader picks.

import type { MarkData, TopData, TopRow } from '../data.js';
import { ask } from './ask.js';
import { button, element } from './element.js';
import { exactly, type Page, partOf, type View } from './view.js';

const columns = [
  {
    id: 'flat',
    title: 'Flat',
    about: 'Found in the function itself',
    cells: (row: TopRow) => [row.flatText, row.flatPercent],
  },
  {
    id: 'cum',
    title: 'Cum',
    about: 'Found in the function or in what it calls',
    cells: (row: TopRow) => [row.cumText, row.cumPercent],
  },
  { id: 'name', title: 'Name', about: 'The function', cells: () => [] },
] as const;

export const topTable: View = {
  id: 'top',
  title: 'Top',
  async load(page) {
    const { mark } = page.state;
    const [top, marks] = await Promise.all([
      ask<TopData>('data/top', partOf(page.state), page.signal),
      mark === '' ? undefined : ask<MarkData>('data/mark', { ...partOf(page.state), mark }, page.signal),
    ]);
    return (panel) => show(page, panel, top, new Set(marks?.names));
  },
};

function show(page: Page, panel: HTMLElement, { rows, labels }: TopData, marked: ReadonlySet<string>): void {
  const sort = columns.find(({ id }) => id === page.state.sort)?.id ?? 'flat';
  const focused = document.activeElement?.closest('th')?.id;
  const heads = columns.map(({ id, title, about, cells }) => {
    const isSorted = id === sort;
    const label = isSorted ? `${title} ${id === 'name' ? '▲' : '▼'}` : title;
    const pick = button(label, () => page.go({ sort: id === 'flat' ? '' : id }), {
      title: about,
      'aria-label': `${title}: sort by it`,
    });
    const order = isSorted ? (id === 'name' ? 'ascending' : 'descending') : 'none';
    const span = String(cells({} as TopRow).length || 1);
    return element('th', { id: `by-${id}`, scope: 'col', 'aria-sort': order, colspan: span }, pick);
  });
  const body = sorted(rows, sort).map((row) => {
    const cells = columns.flatMap(({ cells: texts }) => texts(row)).map((text) => element('td', {}, text));
    const name = button(row.name, () => page.go({ view: 'peek', func: exactly(row.name) }), {
      title: 'Show its callers and callees',
    });
    const made = element('tr', {}, ...cells, element('td', {}, name));
    made.classList.toggle('marked', marked.has(row.name));
    return made;
  });
  panel.replaceChildren(
    element('p', { class: 'about' }, labels.join(' · ')),
    element(
      'table',
      { 'aria-label': 'Functions' },
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...body),
    ),
  );
  if (focused) document.querySelector<HTMLElement>(`#${focused} button`)?.focus();
}

/** Rows come by flat; those that are equal stay in the order in which they came. */
function sorted(rows: readonly TopRow[], by: 'flat' | 'cum' | 'name'): readonly TopRow[] {
  if (by === 'flat') return rows;
  if (by === 'cum') return [...rows].sort((a, b) => Math.abs(b.cum) - Math.abs(a.cum));
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
