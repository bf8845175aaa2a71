// The source of functions, with what was found in each of their lines: the more, the stronger its colour.

import type { LineData, ListingData, SourceData } from '../../server/data.js';
import { ask } from './ask.js';
import { element } from './element.js';
import { funcOf, withFuncField } from './funcfield.js';
import { partOf, type View } from './view.js';

export const sourceView: View = {
  id: 'source',
  title: 'Source',
  async load(page) {
    const func = await funcOf(page);
    const data =
      func === '' ? undefined : await ask<SourceData>('data/source', { ...partOf(page.state), func }, page.signal);
    return (panel) => withFuncField(page, panel, func, 'its source, with what its lines took', data && sections(data));
  },
};

function sections({ listings, more }: SourceData): Node[] {
  const rest = more === 0 ? [] : [element('p', { class: 'about' }, `${more} more functions match.`)];
  return [...listings.map(section), ...rest];
}

function section({ name, file, flat, cum, cumPercent, error, lines }: ListingData): HTMLElement {
  const sums = `${flat} in itself, ${cum} (${cumPercent}) with what it calls`;
  const about = [file, sums, error].filter((part) => part !== '').join(' · ');
  const heads = ['Flat', 'Cum', 'Line', 'Source'].map((title) => element('th', { scope: 'col' }, title));
  const body = element('tbody', {}, ...lines.map(row));
  const table = element('table', { 'aria-label': name }, element('thead', {}, element('tr', {}, ...heads)), body);
  return element(
    'section',
    { class: 'source' },
    element('h2', {}, name),
    element('p', { class: 'about' }, about),
    ...(lines.length === 0 ? [] : [table]),
  );
}

function row({ line, text, flat, cum, part }: LineData): HTMLTableRowElement {
  const cells = [flat, cum, String(line), text].map((words) => element('td', {}, words));
  const made = element('tr', {}, ...cells);
  // Even what is little shall be seen.
  if (cum !== '') made.style.setProperty('--heat', `${Math.round(8 + 42 * Math.sqrt(part))}%`);
  return made;
}
