// The selected span: picked in the picture or by the keyboard, described by the worker.

import { effect, signal } from '@preact/signals';
import type { Chosen } from '../../timeline/address.js';
import type { RowReport } from '../../timeline/rowreports.js';
import type { SpanInfo, SpanLine } from '../../timeline/spans.js';
import { fit, lengthText, timeAt } from '../../timeline/viewport.js';
import { ask, inOrder, picture, progress } from './client.js';
import { choose, chosen, currentRow, durationNs, range, show, size, told, view } from './state.js';

/** The selected span; undefined if there is none. */
export const selectedSpan = signal<SpanInfo | undefined>(undefined);

/** What a row of many goroutines shows where it was clicked; undefined if a span is selected. */
export const clickedRow = signal<RowReport | undefined>(undefined);

/** Selects what is at a pixel of the picture. @param isFitted true to show it in the whole width */
export async function pickAt(x: number, y: number, isFitted = false): Promise<void> {
  const rows = picture.value?.rows ?? [];
  const row = rows.find(({ top, height }) => y >= top && y < top + height);
  if (row === undefined) return;
  currentRow.value = row.key;
  await pick(row.key, timeAt(range.value, size.value.width, x), isFitted);
}

/** Selects what a row shows at a time. */
export async function pick(key: string, ns: number, isFitted = false): Promise<void> {
  const span = await ask('pick', [key, ns]);
  select(span);
  if (span === undefined) {
    clickedRow.value = await ask('report', [key, ns]);
    told.value = clickedRow.value?.title ?? 'There is nothing there.';
  }
  if (span !== undefined || clickedRow.value !== undefined) choose({ tab: 'span' });
  if (span !== undefined && isFitted) show(fit(span.fromNs, span.toNs, durationNs.value));
}

/** Selects a span; undefined for none. */
export function select(span: SpanInfo | undefined): void {
  selectedSpan.value = span;
  clickedRow.value = undefined;
  choose({ selection: span && { event: span.event, key: span.key } });
  if (span !== undefined) told.value = `${span.title}, ${lengthText(span.toNs - span.fromNs)}`;
}

/** Selects a span of a list, and moves the picture to where it is. A row of a goroutine stays one. */
export async function selectLine({ event, key, goroutine }: SpanLine): Promise<void> {
  const wanted = selectedSpan.value?.key.startsWith('g') ? `g${goroutine.id}` : key;
  const span = await ask('span', [event, wanted]);
  if (span === undefined) return;
  select(span);
  await reveal(span);
}

/** Selects the next span (by is 1) or the one before (-1) in the sense of a question. Steps that are asked for together all count. */
export function follow(question: 'step' | 'nextAlike' | 'nextMatch', by: 1 | -1): void {
  inOrder(() => followOnce(question, by));
}

/** Selects nothing, after the steps that are under way. */
export function clearSelection(): void {
  inOrder(() => select(undefined));
}

async function followOnce(question: 'step' | 'nextAlike' | 'nextMatch', by: 1 | -1): Promise<void> {
  const from = selectedSpan.value?.event ?? -1;
  const isMatch = question === 'nextMatch';
  if (!isMatch && from < 0) return;
  const line = await (isMatch ? ask(question, [chosen.value.query, from, by]) : ask(question, [from, by]));
  if (line === undefined) told.value = isMatch ? 'No span matches.' : 'There is no span there.';
  else await selectLine(line);
}

/** Shows a row, and a part of its time. @param key '' for the time only */
export async function showRow(key: string, fromNs: number, toNs: number): Promise<void> {
  if (key === '') show(fit(fromNs, toNs, durationNs.value));
  else await reveal({ key, fromNs, toNs });
}

/** Moves the picture to a part of a row, if it is not in it: by rows, and by time, with the same zoom. */
async function reveal({ key, fromNs, toNs }: Pick<SpanInfo, 'key' | 'fromNs' | 'toNs'>): Promise<void> {
  const { fromNs: left, toNs: right } = range.value;
  if (toNs < left || fromNs > right) {
    const half = (right - left) / 2;
    // Of a span that is longer than what is shown, its beginning.
    const middle = toNs - fromNs > half ? fromNs + half / 2 : (fromNs + toNs) / 2;
    show({ fromNs: middle - half, toNs: middle + half });
  }
  currentRow.value = key;
  const isShown = (picture.value?.rows ?? []).some(
    (row) => row.key === key && row.top >= 0 && row.top + row.height <= size.value.height,
  );
  if (isShown) return;
  let place = view.value && (await ask('topOf', [view.value, key]));
  if (place === undefined) {
    choose(withRow(key));
    place = view.value && (await ask('topOf', [view.value, key]));
  }
  if (place === undefined) return;
  const most = Math.max(0, place.height - size.value.height);
  choose({ scrollTop: Math.min(most, Math.max(0, Math.round(place.top - size.value.height / 2))) });
}

/** A change after which a goroutine or a P has a row: its group is open, and nothing hides it. */
function withRow(key: string): Partial<Chosen> {
  const { toggled } = chosen.value;
  const group = key.startsWith('g') ? 'goroutines' : 'procs';
  const hidden = chosen.value.hidden.filter((each) => each !== key && each !== group);
  // Ps are open unless they are closed, goroutines the other way round.
  if (group === 'procs') return { hidden, toggled: toggled.filter((each) => each !== group) };
  return { hidden, toggled: [...new Set([...toggled, group])], find: '', onlyMatches: false };
}

// The address may name another span, after "back" or a link; and a span may end later than was known when it was selected.
effect(() => {
  const wanted = chosen.value.selection;
  const events = progress.value?.events ?? 0;
  const shown = selectedSpan.peek();
  if (wanted === undefined) {
    if (shown !== undefined) selectedSpan.value = undefined;
    return;
  }
  if (events <= wanted.event) return;
  const isShown = shown?.event === wanted.event && shown.key === wanted.key;
  if (isShown && (shown.end >= 0 || progress.value?.isWhole)) return;
  void ask('span', [wanted.event, wanted.key]).then((span) => {
    if (chosen.peek().selection === wanted) selectedSpan.value = span;
  });
});
