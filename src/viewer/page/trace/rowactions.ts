// Actions on rows: to go to the next one, pin, hide, move their group.

import { effect, signal } from '@preact/signals';
import type { LabelledRow } from '../../timeline/picture.js';
import { groupOf, groups } from '../../timeline/rows.js';
import { ask, inOrder, picture, shownRow } from './client.js';
import { choose, chosen, currentRow, size, toggledIn, told, view } from './state.js';

const ids: readonly string[] = groups.map(({ id }) => id);

/** True for the key of a group. */
export function isGroup(key: string): boolean {
  return ids.includes(key);
}

/** Key of the row that a step has led to, until its label and figure are told; '' for none. */
const untold = signal('');

effect(() => {
  const row = untold.value === '' ? undefined : shownRow(untold.value);
  if (row === undefined) return;
  untold.value = '';
  // In the tree of rows assistive technology says by itself which item is the current one.
  if (document.activeElement?.getAttribute('role') === 'tree') return;
  const state = row.isOpen === undefined ? '' : row.isOpen ? 'open' : 'closed';
  told.value = [row.label, row.note, state].filter((text) => text !== '').join(', ');
});

/** The top of a row of the picture among all that scroll; that of the picture, if there is no such row. */
function topOf(row: LabelledRow | undefined): number {
  return chosen.value.scrollTop + (row === undefined ? 0 : row.top - (picture.value?.pinnedHeight ?? 0));
}

/** Makes the next row (by is 1), or the one before (-1), the current one, and scrolls to it. */
export function step(by: 1 | -1): void {
  inOrder(() => stepOnce(by));
}

/** Does something with the current row, after the steps that are under way. */
export function withCurrent(act: (key: string) => void): void {
  inOrder(() => act(currentRow.value));
}

/** The row that the last step has led to: its top tells the rows of a goroutine that has several apart. */
let last = { key: '', top: 0 };

async function stepOnce(by: 1 | -1): Promise<void> {
  const shown = view.value;
  const key = currentRow.value;
  const near = key !== '' && key === last.key ? last.top : topOf(shownRow(key));
  const next = shown && (await ask('neighbour', [shown, key, by, near]));
  if (next === undefined) {
    told.value = by < 0 ? 'This is the first row.' : 'This is the last row.';
    return;
  }
  last = next;
  currentRow.value = next.key;
  untold.value = next.key;
  const visible = size.value.height - (picture.value?.pinnedHeight ?? 0);
  const { scrollTop } = chosen.value;
  if (next.top < scrollTop) choose({ scrollTop: next.top });
  else if (next.top + next.height > scrollTop + visible) choose({ scrollTop: next.top + next.height - visible });
}

/** Pins a row above all others, or no longer. */
export function togglePin(key: string): void {
  if (key === '') return;
  if (isGroup(key)) {
    told.value = 'A group cannot be pinned, but its rows can.';
    return;
  }
  const isPinned = chosen.value.pinned.includes(key);
  choose({ pinned: toggledIn(chosen.value.pinned, key) });
  told.value = `${shownRow(key)?.label ?? 'the row'} is ${isPinned ? 'no longer pinned' : 'pinned'}`;
}

/** Hides a row or a group; the next one is the current one then. */
export function hide(key: string): void {
  if (key === '' || chosen.value.hidden.includes(key)) return;
  const rows = (picture.value?.rows ?? []).slice(chosen.value.pinned.length);
  const at = rows.findIndex((row) => row.key === key);
  const after = isGroup(key) ? rows.slice(at + 1).find((row) => row.kind === 'group') : rows[at + 1];
  choose({ hidden: [...chosen.value.hidden, key] });
  currentRow.value = after?.key ?? '';
  told.value = `${rows[at]?.label ?? 'the row'} is hidden`;
}

export function showHidden(): void {
  choose({ hidden: [] });
  told.value = 'all rows are shown';
}

/** Moves the group of a row, or a group, up (by is -1) or down among those that are shown. */
export function moveGroup(key: string, by: 1 | -1): void {
  const row = shownRow(key);
  const group = isGroup(key) ? key : row && groupOf(row);
  const shown: readonly string[] = picture.value?.groups ?? [];
  if (group === undefined || !shown.includes(group)) return;
  const title = groups.find(({ id }) => id === group)!.title;
  const other = shown[shown.indexOf(group) + by];
  if (other === undefined) {
    told.value = `${title} is the ${by < 0 ? 'first' : 'last'} group`;
    return;
  }
  const { order } = chosen.value;
  const all = [...order, ...ids.filter((id) => !order.includes(id))].filter((id) => id !== group);
  all.splice(all.indexOf(other) + (by < 0 ? 0 : 1), 0, group);
  choose({ order: all });
  told.value = `${title} moved ${by < 0 ? 'up' : 'down'}`;
}
