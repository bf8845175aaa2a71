// What a view of the page is, and what it may do to the page around it.

import type { State } from './state.js';

/** The page around a view. */
export interface Page {
  readonly state: State;
  /** Goes on to another state; it can be gone back from. */
  go(change: Partial<State>): void;
  /** Shows a line at the foot of the page; '' for none. */
  say(text: string): void;
  /** Aborted when the view is left. */
  readonly signal: AbortSignal;
}

export interface View {
  readonly id: string;
  readonly title: string;
  /** Asks for what is to be shown, and then returns what fills the panel at once, so that it is never half full. */
  load(page: Page): Promise<(panel: HTMLElement) => void>;
}

/** What tells the server which part of the profile is meant. */
export function partOf({ sample, focus, ignore }: State): Readonly<Record<string, string>> {
  return { sample, focus, ignore };
}

/** A regular expression that this text alone matches. */
export function exactly(text: string): string {
  return `^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}
