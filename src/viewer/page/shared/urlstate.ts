// The state of a page, kept in its address: the back button returns to the state before, and a copied address shows the same.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The members of a state are texts; '' stands for nothing. */
type Texts<S> = { readonly [K in keyof S]: string };

/**
 * The state that the address has, and a function that adds another one to the history.
 * @param start the state of an address that says nothing
 * @param stateAfter the next state, for one and what is to change in it
 */
export function useUrlState<S extends Texts<S>>(
  start: S,
  stateAfter: (state: S, change: Partial<S>) => S,
): [state: S, go: (change: Partial<S>) => void] {
  const [state, setState] = useState(() => stateOf(location.search, start));
  // Two changes may come before the page is drawn again: the second is to the state after the first.
  const latest = useRef(state);
  const show = (next: S) => {
    latest.current = next;
    setState(next);
  };
  useLayoutEffect(() => {
    const back = () => show(stateOf(location.search, start));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = (change: Partial<S>) => {
    const next = stateAfter(latest.current, change);
    history.pushState(null, '', searchOf(next, start));
    show(next);
  };
  return [state, go];
}

/** The state that the query of an address says. */
function stateOf<S extends Texts<S>>(search: string, start: S): S {
  const params = new URLSearchParams(search);
  const entries = Object.entries(start).map(([key, value]) => [key, params.get(key) ?? value] as const);
  return Object.fromEntries(entries) as unknown as S;
}

/** The query of a state's address, from its question mark. */
function searchOf<S extends Texts<S>>(state: S, start: S): string {
  const changed = Object.entries<string>(state).filter(([key, value]) => value !== start[key as keyof S]);
  return `?${new URLSearchParams(changed)}`;
}
