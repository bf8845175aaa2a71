// The keys: one table, which the sheet of help shows as well.

import { fit, momentText } from '../../timeline/viewport.js';
import { progress, shownRow } from './client.js';
import { panBy, zoomAt } from './pointer.js';
import { focusQuery } from './querybar.js';
import { hide, moveGroup, showHidden, step, togglePin, withCurrent } from './rowactions.js';
import { openMenuOf } from './rowmenu.js';
import { clearSelection, follow, pick, selectedSpan } from './selection.js';
import {
  choose,
  chosen,
  durationNs,
  type Mode,
  mode,
  range,
  scrollTo,
  show,
  showsHelp,
  size,
  toggle,
  told,
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
/** The parts of the picture that keys pan and scroll by, and the pixels of a line. */
const PAN = 0.15;
const PAGE = 0.9;
const LINE = 40;

const middle = () => size.value.width / 2;
const faster = (event: KeyboardEvent) => (event.shiftKey ? FAST : 1);

function pan(by: number): void {
  panBy(size.value.width * PAN * by);
}

function scrollBy(pixels: number): void {
  scrollTo(chosen.value.scrollTop + pixels);
}

function fitSelected(): void {
  const part = selectedSpan.value ?? chosen.value.measured;
  if (part !== undefined) show(fit(part.fromNs, part.toNs, durationNs.value));
}

function measureOrMark(): void {
  const { fromNs, toNs } = selectedSpan.value ?? { fromNs: 0, toNs: 0 };
  if (toNs > fromNs) {
    choose({ measured: { fromNs, toNs }, tab: 'range' });
    return;
  }
  const ns = Math.round((range.value.fromNs + range.value.toNs) / 2);
  choose({ marks: [...new Set([...chosen.value.marks, ns])].sort((a, b) => a - b) });
  told.value = `marked ${momentText(ns)}`;
}

function removeMarks(): void {
  choose({ marks: [] });
  told.value = 'no marks';
}

function selectNothing(): void {
  clearSelection();
  choose({ measured: undefined });
  told.value = 'nothing is selected';
}

function toggleClock(): void {
  const { isWallTime } = chosen.value;
  const hasClock = progress.value?.beganMs !== undefined;
  if (hasClock) choose({ isWallTime: !isWallTime });
  told.value = hasClock
    ? isWallTime
      ? "times since the trace's beginning"
      : 'times of day'
    : 'the trace has no clock';
}

function toggleHelp(): void {
  showsHelp.value = !showsHelp.value;
}

function openOrPick(current: string): void {
  const row = shownRow(current);
  if (row === undefined) return;
  if (row.isOpen !== undefined) {
    toggle(row.key);
    told.value = `${row.label}, ${row.isOpen ? 'closed' : 'open'}`;
  } else void pick(row.key, (range.value.fromNs + range.value.toNs) / 2);
}

/** A key that sets what dragging does. */
function modeKey(key: string, next: Mode, about: string): Key {
  return {
    keys: [key],
    about,
    run() {
      mode.value = next;
      told.value = about;
    },
  };
}

/** All keys by what they are for, in the order of the sheet. docs/trace.md has them as well, and a test holds both equal. */
export const topics: readonly { readonly title: string; readonly keys: readonly Key[] }[] = [
  {
    title: 'Time',
    keys: [
      { keys: ['w', '+', '='], about: 'zoom in; with shift more', run: (e) => zoomAt(middle(), ZOOM ** faster(e)) },
      { keys: ['s', '-'], about: 'zoom out; with shift more', run: (e) => zoomAt(middle(), 1 / ZOOM ** faster(e)) },
      { keys: ['a', 'ArrowLeft'], about: 'show earlier time; with shift further', run: (e) => pan(-faster(e)) },
      { keys: ['d', 'ArrowRight'], about: 'show later time; with shift further', run: (e) => pan(faster(e)) },
      { keys: ['0', 'z'], about: 'show the whole trace', run: () => choose({ range: undefined }) },
      { keys: ['f'], about: 'show the selected span, or the measured range, in the whole width', run: fitSelected },
      {
        keys: ['m'],
        about: 'measure the selected span; without one, mark the time in the middle',
        run: measureOrMark,
      },
      { keys: ['M'], about: 'remove all marks', run: removeMarks },
      { keys: ['c'], about: 'times of day on the axis, or no longer, if the trace has a clock', run: toggleClock },
    ],
  },
  {
    title: 'Rows',
    keys: [
      { keys: ['ArrowUp'], about: 'scroll the rows up; with shift further', run: (e) => scrollBy(-LINE * faster(e)) },
      {
        keys: ['ArrowDown'],
        about: 'scroll the rows down; with shift further',
        run: (e) => scrollBy(LINE * faster(e)),
      },
      { keys: ['PageUp'], about: 'scroll a page up', run: () => scrollBy(-size.value.height * PAGE) },
      { keys: ['PageDown'], about: 'scroll a page down', run: () => scrollBy(size.value.height * PAGE) },
      { keys: ['Home'], about: 'scroll to the first row', run: () => scrollTo(0) },
      { keys: ['End'], about: 'scroll to the last row', run: () => scrollTo(Number.MAX_SAFE_INTEGER) },
      { keys: ['j'], about: 'go to the next row, which is the current one then', run: () => step(1) },
      { keys: ['k'], about: 'go to the row before', run: () => step(-1) },
      {
        keys: ['Enter'],
        about: 'open or close the current row; in a row that does not open, select the span in the middle',
        run: () => withCurrent(openOrPick),
      },
      { keys: ['o'], about: 'open the menu of the current row', run: () => withCurrent(openMenuOf) },
      {
        keys: ['i'],
        about: 'pin the current row above all others, or no longer',
        run: () => withCurrent(togglePin),
      },
      { keys: ['h'], about: 'hide the current row, or the group if it is one', run: () => withCurrent(hide) },
      { keys: ['H'], about: 'show all hidden rows', run: showHidden },
      {
        keys: ['u'],
        about: 'move the group of the current row up',
        run: () => withCurrent((key) => moveGroup(key, -1)),
      },
      {
        keys: ['U'],
        about: 'move the group of the current row down',
        run: () => withCurrent((key) => moveGroup(key, 1)),
      },
    ],
  },
  {
    title: 'Spans',
    keys: [
      { keys: ['['], about: 'select what led to the selected span', run: () => follow('step', -1) },
      { keys: [']'], about: 'select what the selected span led to', run: () => follow('step', 1) },
      { keys: ['p'], about: 'select the previous span of the same body and state', run: () => follow('nextAlike', -1) },
      { keys: ['n'], about: 'select the next span of the same body and state', run: () => follow('nextAlike', 1) },
      {
        keys: ['/'],
        about: 'go to the field of the query; there Enter selects the next match, with shift the previous one',
        run: focusQuery,
      },
      { keys: ['Escape'], about: 'select and measure nothing; leave a field, a menu, this sheet', run: selectNothing },
    ],
  },
  {
    title: 'Dragging, and this sheet',
    keys: [
      modeKey('1', 'select', 'a click selects, dragging pans'),
      modeKey('2', 'pan', 'dragging pans'),
      modeKey('3', 'zoom', 'dragging up and down zooms'),
      modeKey('4', 'measure', 'dragging measures a range of time'),
      { keys: ['?'], about: 'show this sheet, or no longer', run: toggleHelp },
    ],
  },
];

/** Keys by their names; letters also with shift, unless the capital is another key. */
const byName = new Map(
  topics.flatMap(({ keys }) => keys).flatMap((key) => key.keys.map((name) => [name, key] as const)),
);

/** The name of a key on the sheet. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    PageUp: 'Page up',
    PageDown: 'Page down',
  };
  return names[key] ?? key;
}

/** Runs what a key does, unless it is for a field or a button. */
export function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // Under the sheet of help nothing moves; Escape closes it as it does any dialog.
  if (document.querySelector('dialog[open]') !== null && event.key !== '?') return;
  const target = event.target as HTMLElement;
  // What scrolls in the panel does so by these keys.
  if (target.closest('.panel') !== null && /^(?:Arrow|Page|Home|End)/.test(event.key)) return;
  if (target.matches('input, select, textarea') || (target.matches('button, summary, a') && event.key === 'Enter'))
    return;
  const found = byName.get(event.key) ?? byName.get(event.key.toLowerCase());
  if (found === undefined) return;
  event.preventDefault();
  found.run(event);
}
