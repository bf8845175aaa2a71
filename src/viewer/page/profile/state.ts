// What the page shows, kept in its address: the back button takes a step back, and a copied address shows the same.

/** What may be asked for; '' where nothing is. */
export interface State {
  readonly view: string;
  readonly sample: string;
  readonly focus: string;
  readonly ignore: string;
  readonly mark: string;
  /** A regular expression for functions, of the views that show some. */
  readonly func: string;
  /** Place of the frame that fills the flame graph. */
  readonly zoom: string;
  /** `down` for a flame graph that hangs from its root. */
  readonly grow: string;
  /** Column that the table is sorted by. */
  readonly sort: string;
}

/** What is shown where an address says nothing. */
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

/** The state that the page's address has. */
export function stateOf(search: string, start: State): State {
  const params = new URLSearchParams(search);
  const entries = Object.entries(start).map(([key, value]) => [key, params.get(key) ?? value] as const);
  return Object.fromEntries(entries) as unknown as State;
}

/** The address of a state, from its question mark. */
export function searchOf(state: State, start: State): string {
  const given = Object.entries(state).filter(([key, value]) => value !== start[key as keyof State]);
  return `?${new URLSearchParams(given as [string, string][])}`;
}
