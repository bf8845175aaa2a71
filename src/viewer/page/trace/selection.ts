// The selected span: picked in the picture or by the keyboard, described by the worker.

import { effect, signal } from '@preact/signals';
import type { SpanInfo } from '../../timeline/spans.js';
import { fit, lengthText, timeAt } from '../../timeline/viewport.js';
import { ask, picture, progress } from './client.js';
import { choose, chosen, currentRow, durationNs, range, show, size, told } from './state.js';

/** The selected span; undefined if there is none. */
export const selectedSpan = signal<SpanInfo | undefined>(undefined);

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
  if (span !== undefined && isFitted) show(fit(span.fromNs, span.toNs, durationNs.value));
}

/** Selects a span; undefined for none. */
export function select(span: SpanInfo | undefined): void {
  selectedSpan.value = span;
  choose({ selection: span && { event: span.event, key: span.key } });
  if (span !== undefined) told.value = `${span.title}, ${lengthText(span.toNs - span.fromNs)}`;
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
