// What can be done with rows: go to the next one, open, pin, hide, move their group.

import { groups } from '../../timeline/rows.js';
import { ask, picture } from './client.js';
import { choose, chosen, currentRow, size, toggledIn, told, view } from './state.js';

const ids: readonly string[] = groups.map(({ id }) => id);

/** True for the key of a group. */
export function isGroup(key: string): boolean {
  return ids.includes(key);
}

/** The step that is under way: the next one begins at the row that it leads to. */
let stepping = Promise.resolve();

/** Makes the next row (by is 1), or the one before (-1), the current one, and scrolls to it. */
export function step(by: 1 | -1): void {
  stepping = stepping.then(() => stepOnce(by)).catch(() => {});
}

/** The top of the row that the last step has led to: a goroutine may have several rows. */
let lastTop = 0;

async function stepOnce(by: 1 | -1): Promise<void> {
  const shown = view.value;
  const isShown = picture.value?.rows.some(({ key }) => key === currentRow.value);
  const near = currentRow.value !== '' && isShown ? lastTop : chosen.value.scrollTop;
  const next = shown && (await ask('neighbour', [shown, currentRow.value, by, near]));
  if (next === undefined) return;
  lastTop = next.top;
  currentRow.value = next.key;
  told.value = next.label;
  const visible = size.value.height - (picture.value?.pinnedHeight ?? 0);
  const { scrollTop } = chosen.value;
  if (next.top < scrollTop) choose({ scrollTop: next.top });
  else if (next.top + next.height > scrollTop + visible) choose({ scrollTop: next.top + next.height - visible });
}

/** Pins a row above all others, or no longer. */
export function togglePin(key: string): void {
  if (key === '' || isGroup(key)) return;
  const isPinned = chosen.value.pinned.includes(key);
  choose({ pinned: toggledIn(chosen.value.pinned, key) });
  told.value = isPinned ? 'no longer pinned' : 'pinned';
}

/** Hides a row or a group; the next one is the current one then. */
export function hide(key: string): void {
  if (key === '' || chosen.value.hidden.includes(key)) return;
  const rows = (picture.value?.rows ?? []).slice(chosen.value.pinned.length);
  const at = rows.findIndex((row) => row.key === key);
  const after = isGroup(key) ? rows.slice(at + 1).find((row) => row.kind === 'group') : rows[at + 1];
  choose({ hidden: [...chosen.value.hidden, key] });
  currentRow.value = after?.key ?? '';
  told.value = 'hidden';
}

export function showHidden(): void {
  choose({ hidden: [] });
  told.value = 'all rows are shown';
}

/** Moves a group up (by is -1) or down among those that are shown. */
export function moveGroup(key: string, by: 1 | -1): void {
  if (!isGroup(key)) return;
  const { order, hidden } = chosen.value;
  const all = [...order, ...ids.filter((id) => !order.includes(id))];
  const at = all.indexOf(key);
  let to = at + by;
  while (hidden.includes(all[to] ?? '')) to += by;
  if (to < 0 || to >= all.length) return;
  all.splice(at, 1);
  all.splice(to, 0, key);
  choose({ order: all });
  told.value = by < 0 ? 'moved up' : 'moved down';
}
