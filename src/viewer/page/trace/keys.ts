// The keys: one table, which the sheet of help shows as well.

import { fit } from '../../timeline/viewport.js';
import { picture } from './client.js';
import { panBy, zoomAt } from './pointer.js';
import { focusQuery } from './querybar.js';
import { follow, pick, select, selectedSpan } from './selection.js';
import {
  choose,
  chosen,
  currentRow,
  durationNs,
  type Mode,
  mode,
  range,
  scrollTo,
  show,
  showsHelp,
  size,
  toggle,
  toggledIn,
} from './state.js';

/** What a key does. */
export interface Key {
  /** As KeyboardEvent.key has them. */
  readonly keys: readonly string[];
  /** What the sheet says of them. */
  readonly about: string;
  run(event: KeyboardEvent): void;
}

const ZOOM = 1.5;
const FAST = 4;
/** The part of the picture that a key pans by. */
const PAN = 0.15;

const middle = () => size.value.width / 2;
const faster = (event: KeyboardEvent) => (event.shiftKey ? FAST : 1);

function step(by: number): void {
  const rows = picture.value?.rows ?? [];
  const at = rows.findIndex(({ key }) => key === currentRow.value);
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (next === undefined) return;
  currentRow.value = next.key;
  const { pinnedHeight = 0 } = picture.value ?? {};
  const isPinned = chosen.value.pinned.includes(next.key) && next.top < pinnedHeight;
  if (isPinned) return;
  if (next.top + next.height > size.value.height - 4) scrollTo(chosen.value.scrollTop + next.height * 3);
  else if (next.top < pinnedHeight + 4) scrollTo(chosen.value.scrollTop - next.height * 3);
}

function setMode(next: Mode): void {
  mode.value = next;
}

function toggleHelp(): void {
  showsHelp.value = !showsHelp.value;
}

function openOrPick(): void {
  const row = picture.value?.rows.find(({ key }) => key === currentRow.value);
  if (row === undefined) return;
  if (row.isOpen !== undefined) toggle(row.key);
  else void pick(row.key, (range.value.fromNs + range.value.toNs) / 2);
}

/** All keys, in the order of the sheet. */
export const keys: readonly Key[] = [
  { keys: ['w', 'W', '+', '='], about: 'zoom in', run: (e) => zoomAt(middle(), ZOOM ** faster(e)) },
  { keys: ['s', 'S', '-'], about: 'zoom out', run: (e) => zoomAt(middle(), 1 / ZOOM ** faster(e)) },
  {
    keys: ['a', 'A', 'ArrowLeft'],
    about: 'earlier; with shift four times as far',
    run: (e) => panBy(-size.value.width * PAN * faster(e)),
  },
  {
    keys: ['d', 'D', 'ArrowRight'],
    about: 'later',
    run: (e) => panBy(size.value.width * PAN * faster(e)),
  },
  { keys: ['ArrowUp'], about: 'scroll the rows up', run: (e) => scrollTo(chosen.value.scrollTop - 40 * faster(e)) },
  { keys: ['ArrowDown'], about: 'scroll the rows down', run: (e) => scrollTo(chosen.value.scrollTop + 40 * faster(e)) },
  { keys: ['PageUp'], about: 'a page up', run: () => scrollTo(chosen.value.scrollTop - size.value.height * 0.9) },
  { keys: ['PageDown'], about: 'a page down', run: () => scrollTo(chosen.value.scrollTop + size.value.height * 0.9) },
  { keys: ['Home'], about: 'the first row', run: () => scrollTo(0) },
  { keys: ['End'], about: 'the last row', run: () => scrollTo(Number.MAX_SAFE_INTEGER) },
  { keys: ['j'], about: 'the next row', run: () => step(1) },
  { keys: ['k'], about: 'the row before', run: () => step(-1) },
  { keys: ['Enter'], about: 'open or close the row; select its span in the middle', run: openOrPick },
  {
    keys: ['f'],
    about: 'show the selected span, or the measured range, in the whole width',
    run: () => {
      const part = selectedSpan.value ?? chosen.value.measured;
      if (part !== undefined) show(fit(part.fromNs, part.toNs, durationNs.value));
    },
  },
  { keys: ['0', 'z'], about: 'show the whole trace', run: () => choose({ range: undefined }) },
  {
    keys: ['m'],
    about: 'measure the selected span; or mark the time in the middle',
    run: () => {
      const span = selectedSpan.value;
      if (span !== undefined) choose({ measured: { fromNs: span.fromNs, toNs: span.toNs }, tab: 'range' });
      else {
        const ns = Math.round((range.value.fromNs + range.value.toNs) / 2);
        choose({ marks: [...chosen.value.marks, ns].sort((a, b) => a - b) });
      }
    },
  },
  { keys: ['/'], about: 'the field of the query', run: focusQuery },
  { keys: ['['], about: 'what led to the selected span', run: () => follow('step', -1) },
  { keys: [']'], about: 'what the selected span led to', run: () => follow('step', 1) },
  { keys: ['p'], about: 'the previous span of the same body and state', run: () => follow('nextAlike', -1) },
  { keys: ['n'], about: 'the next span of the same body and state', run: () => follow('nextAlike', 1) },
  {
    keys: ['i'],
    about: 'pin the row above all others, or no longer',
    run: () => choose({ pinned: toggledIn(chosen.value.pinned, currentRow.value) }),
  },
  { keys: ['1'], about: 'dragging selects and pans', run: () => setMode('select') },
  { keys: ['2'], about: 'dragging pans', run: () => setMode('pan') },
  { keys: ['3'], about: 'dragging zooms', run: () => setMode('zoom') },
  { keys: ['4'], about: 'dragging measures a range', run: () => setMode('measure') },
  {
    keys: ['Escape'],
    about: 'select and measure nothing; close this sheet',
    run: () => {
      if (showsHelp.value) showsHelp.value = false;
      else {
        select(undefined);
        choose({ measured: undefined });
      }
    },
  },
  { keys: ['?'], about: 'this sheet', run: toggleHelp },
];

/** Runs what a key does, unless it is for a field or a button. */
export function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  // What scrolls in the panel does so by these keys.
  if (target.closest('.panel') !== null && /^(?:Arrow|Page|Home|End)/.test(event.key)) return;
  if (target.matches('input, select, textarea') || (target.matches('button, summary, a') && event.key === 'Enter'))
    return;
  const found = keys.find(({ keys: each }) => each.includes(event.key));
  if (found === undefined) return;
  event.preventDefault();
  found.run(event);
}
