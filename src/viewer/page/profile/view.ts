// Views of a profile: what the page shows, as its address has it, and what a view is told and may do.

import type { ComponentChildren } from 'preact';

/** What may be asked for; '' where nothing is. */
export interface State {
  readonly view: string;
  readonly sample: string;
  readonly focus: string;
  readonly ignore: string;
  readonly mark: string;
  /** A regular expression for functions, of the views that show some. */
  readonly func: string;
  /** Index of the frame that fills the flame graph. */
  readonly zoom: string;
  /** `down` for a flame graph that hangs from its root. */
  readonly grow: string;
  /** Column that the table is sorted by. */
  readonly sort: string;
}

/** The state of an address that says nothing. */
export const START: State = {
  view: 'flame',
  sample: '',
  focus: '',
  ignore: '',
  mark: '',
  func: '',
  zoom: '',
  grow: '',
  sort: '',
};

/** The state after a change: frames have other indexes in another part of the profile. */
export function stateAfter(state: State, change: Partial<State>): State {
  const next = { ...state, ...change };
  const isSamePart = (['sample', 'focus', 'ignore'] as const).every((key) => next[key] === state[key]);
  return isSamePart ? next : { ...next, zoom: '' };
}

/** What a view is told, and what it may do to the page around it. */
export interface Page {
  readonly state: State;
  /** Changes the state; the back button undoes it. */
  go(change: Partial<State>): void;
  /** Shows a line at the foot of the page; '' for none. */
  say(text: string): void;
  /** Aborted when the state changes. */
  readonly signal: AbortSignal;
}

export interface View {
  readonly id: string;
  readonly title: string;
  /** Asks the server for what is to be shown. The panel keeps what it has until then, so that it is never half full. */
  load(page: Page): Promise<ComponentChildren>;
}

/** What tells the server which part of the profile is meant. */
export function partOf({ sample, focus, ignore }: State): Readonly<Record<string, string>> {
  return { sample, focus, ignore };
}

/** A regular expression that matches this text alone. */
export function exactly(text: string): string {
  return `^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}
