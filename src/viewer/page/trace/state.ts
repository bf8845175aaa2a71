// The state of the page: what the reader has chosen, as signals, in step with the address.

import { computed, signal } from '@preact/signals';
import { addressOf, type Chosen, chosenOf, NOTHING } from '../../timeline/address.js';
import { clamped, type Range, whole } from '../../timeline/viewport.js';
import { picture, progress } from './client.js';
import type { View } from './protocol.js';

/** What the pointer does when it is dragged over the picture, as in Go's viewer; the keys 1 to 4. */
export const modes = ['select', 'pan', 'zoom', 'measure'] as const;
export type Mode = (typeof modes)[number];

const inAddress = () => chosenOf(location.hash.slice(1));

/** All that is in the address. */
export const chosen = signal<Chosen>(inAddress());
export const mode = signal<Mode>('select');
/** Size of the picture in CSS pixels, and device pixels of each. */
export const size = signal({ width: 0, height: 0, ratio: 1 });
export const isDark = signal(false);
/** Key of the row that the keyboard is at. */
export const currentRow = signal('');
/** Name of the trace; '' for none. */
export const title = signal('');
/** One line of what is wrong. */
export const wrong = signal('');
/** One line of what is missing in the trace that is shown: it is cut, its stream broke off. */
export const warning = signal('');
/** What a screen reader is told. */
export const told = signal('');
export const showsHelp = signal(false);
/** True if there is no trace: the page asks for one. */
export const isEmpty = signal(false);

export const durationNs = computed(() => progress.value?.durationNs ?? 0);
/** The part of the time that is shown. */
export const range = computed<Range>(() => chosen.value.range ?? whole(durationNs.value));

/** What the picture is to show; undefined before there is something to show, and room for it. */
export const view = computed<View | undefined>(() => {
  const { width, height, ratio } = size.value;
  const events = progress.value?.events ?? 0;
  if (width === 0 || height === 0 || events === 0) return undefined;
  const { scrollTop, toggled, pinned, hidden, order, selection, query, sort, find, onlyMatches, showsPath } =
    chosen.value;
  return {
    range: range.value,
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
    ratio,
    isDark: isDark.value,
    scrollTop,
    toggled,
    pinned,
    hidden,
    order,
    selected: selection?.event ?? -1,
    query,
    sort,
    find,
    onlyMatches,
    showsPath,
  };
});

/** Milliseconds without a change after which a view becomes an entry of the history. */
const SETTLED_MS = 400;
let settling: ReturnType<typeof setTimeout> | undefined;

/** Changes what is chosen. A view that stays for some time becomes an entry of the history: back and forward undo it. */
export function choose(change: Partial<Chosen>): void {
  chosen.value = { ...chosen.value, ...change };
  clearTimeout(settling);
  settling = setTimeout(remember, SETTLED_MS);
}

/** Writes the view into the address. */
export function remember(): void {
  clearTimeout(settling);
  const fragment = addressOf(chosen.value);
  if (fragment === location.hash.slice(1)) return;
  history.pushState(null, '', fragment === '' ? location.pathname + location.search : `#${fragment}`);
}

/** Begins with another trace: nothing is chosen. */
export function forget(): void {
  chosen.value = NOTHING;
  remember();
}

const back = () => {
  clearTimeout(settling);
  chosen.value = inAddress();
};
addEventListener('popstate', back);
addEventListener('hashchange', back);

/** Shows another part of the time. */
export function show(next: Range): void {
  choose({ range: clamped(next, durationNs.value) });
}

/** The height that rows can be scrolled by. */
export const mostScroll = computed(() => {
  const shown = picture.value;
  if (shown === undefined) return 0;
  return Math.max(0, shown.rowsHeight + shown.pinnedHeight - size.value.height);
});

/** Scrolls the rows, by whole pixels. */
export function scrollTo(top: number): void {
  const next = Math.round(Math.min(Math.max(top, 0), mostScroll.value));
  if (next !== chosen.value.scrollTop) choose({ scrollTop: next });
}

/** A list with a member more, or without it if it has it. */
export function toggledIn(list: readonly string[], member: string): string[] {
  return list.includes(member) ? list.filter((each) => each !== member) : [...list, member];
}

/** Opens or closes a group or a row. */
export function toggle(key: string): void {
  choose({ toggled: toggledIn(chosen.value.toggled, key) });
}

const dark = matchMedia('(prefers-color-scheme: dark)');
isDark.value = dark.matches;
dark.addEventListener('change', () => {
  isDark.value = dark.matches;
});
