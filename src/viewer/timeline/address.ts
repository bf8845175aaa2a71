// The address of a view: all that the reader has chosen, in the fragment of the page's URL. A link shows the same pixels.
//
//     #v=1&r=1200.5,3400&y=48&open=threads&pin=p0&sel=1234,p0&q=state%3Arunnable
//
// What an address does not say, or says in a way that is not understood, is as in a view that nothing has been chosen in.

import type { Range } from './viewport.js';

/** Version of the addresses. One of another version is read as far as it is understood. */
const VERSION = '1';

/** A span that is selected: the event that begins it, and the key of the row that it was picked in. */
export interface Selection {
  readonly event: number;
  readonly key: string;
}

/** The tabs of the panel. */
export const tabs = ['span', 'range', 'matches', 'goroutines', 'path'] as const;
export type Tab = (typeof tabs)[number];

/** All that the reader has chosen. */
export interface Chosen {
  /** Undefined for the whole trace. */
  readonly range: Range | undefined;
  /** CSS pixels of rows above the picture. */
  readonly scrollTop: number;
  /** Keys of groups and rows that are open although they are closed at first, or the other way round. */
  readonly toggled: readonly string[];
  readonly pinned: readonly string[];
  readonly hidden: readonly string[];
  /** Groups that stand first. */
  readonly order: readonly string[];
  readonly selection: Selection | undefined;
  /** The range that is measured. */
  readonly measured: Range | undefined;
  /** Times with a mark, in nanoseconds. */
  readonly marks: readonly number[];
  readonly query: string;
  /** Column that the goroutines are sorted by, with a minus for the largest first; '' for the order of their creation. */
  readonly sort: string;
  /** Which goroutines have rows: a part of the name of their body, or of their number; '' for all. */
  readonly find: string;
  /** True if only goroutines have rows that have a span which matches the query. */
  readonly onlyMatches: boolean;
  /** What the panel shows. */
  readonly tab: Tab;
  /** True for the wall clock on the axis. */
  readonly isWallTime: boolean;
  /** True if the critical path is shown. */
  readonly showsPath: boolean;
}

/** A view in which nothing is chosen. */
export const NOTHING: Chosen = {
  range: undefined,
  scrollTop: 0,
  toggled: [],
  pinned: [],
  hidden: [],
  order: [],
  selection: undefined,
  measured: undefined,
  marks: [],
  query: '',
  sort: '',
  find: '',
  onlyMatches: false,
  tab: 'span',
  isWallTime: false,
  showsPath: false,
};

const rangeText = ({ fromNs, toNs }: Range) => `${fromNs},${toNs}`;
const escaped = (text: string) => text.replace(/[%,]/g, (c) => (c === ',' ? '%2C' : '%25'));
const listText = (list: readonly string[]) => list.map(escaped).join(',');

/** The fragment of a view, without its `#`. */
export function addressOf(chosen: Chosen): string {
  const { range, scrollTop, selection, measured, marks } = chosen;
  const params = new URLSearchParams();
  const set = (name: string, text: string) => {
    if (text !== '') params.set(name, text);
  };
  set('r', range === undefined ? '' : rangeText(range));
  set('y', scrollTop === 0 ? '' : String(scrollTop));
  set('open', listText(chosen.toggled));
  set('pin', listText(chosen.pinned));
  set('hide', listText(chosen.hidden));
  set('order', listText(chosen.order));
  set('sel', selection === undefined ? '' : `${selection.event},${escaped(selection.key)}`);
  set('m', measured === undefined ? '' : rangeText(measured));
  set('marks', marks.join(','));
  set('q', chosen.query);
  set('sort', chosen.sort);
  set('find', chosen.find);
  set('only', chosen.onlyMatches ? 'matches' : '');
  set('tab', chosen.tab === NOTHING.tab ? '' : chosen.tab);
  set('clock', chosen.isWallTime ? 'wall' : '');
  set('path', chosen.showsPath ? 'critical' : '');
  const text = params.toString();
  return text === '' ? '' : `v=${VERSION}&${text}`;
}

/** The view of a fragment, without its `#`. */
export function chosenOf(fragment: string): Chosen {
  const params = new URLSearchParams(fragment);
  const text = (name: string) => params.get(name) ?? '';
  const list = (name: string) => parts(text(name)).map(unescaped);
  const [event = '', key = ''] = parts(text('sel'));
  const scrollTop = Number(text('y'));
  return {
    range: rangeOf(text('r')),
    scrollTop: Number.isFinite(scrollTop) && scrollTop > 0 ? scrollTop : 0,
    toggled: list('open'),
    pinned: list('pin'),
    hidden: list('hide'),
    order: list('order'),
    selection: /^\d{1,10}$/.test(event) && key !== '' ? { event: Number(event), key: unescaped(key) } : undefined,
    measured: rangeOf(text('m')),
    marks: parts(text('marks')).map(Number).filter(Number.isFinite),
    query: text('q'),
    sort: text('sort'),
    find: text('find'),
    onlyMatches: text('only') === 'matches',
    tab: tabs.find((tab) => tab === text('tab')) ?? NOTHING.tab,
    isWallTime: text('clock') === 'wall',
    showsPath: text('path') === 'critical',
  };
}

const parts = (text: string) => (text === '' ? [] : text.split(','));
const unescaped = (text: string) => text.replace(/%2C|%25/g, (code) => (code === '%2C' ? ',' : '%'));

function rangeOf(text: string): Range | undefined {
  const [fromNs = Number.NaN, toNs = Number.NaN] = parts(text).map(Number);
  return Number.isFinite(fromNs) && Number.isFinite(toNs) && fromNs < toNs ? { fromNs, toNs } : undefined;
}
