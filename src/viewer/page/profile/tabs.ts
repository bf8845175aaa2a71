// Tabs over one panel, as the ARIA practices have them: arrows move between tabs, and moving there shows them.

import { element } from './element.js';

export interface Tab {
  readonly id: string;
  readonly title: string;
}

export interface Tabs {
  /** Marks the tab that is shown. */
  select(id: string): void;
}

/** Fills the list `list` with tabs for `panel`; `chosen` is called when a person picks one. */
export function tabs(list: HTMLElement, panel: HTMLElement, all: readonly Tab[], chosen: (id: string) => void): Tabs {
  const made = all.map(({ id, title }) => {
    const tab = element('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': panel.id }, title);
    tab.addEventListener('click', () => chosen(id));
    return tab;
  });
  list.append(...made);
  list.addEventListener('keydown', (event) => {
    const at = made.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const k = (to + made.length) % made.length;
    made[k]!.focus();
    chosen(all[k]!.id);
  });
  return {
    select(id) {
      for (const [k, tab] of made.entries()) {
        const isShown = all[k]!.id === id;
        tab.setAttribute('aria-selected', String(isShown));
        tab.tabIndex = isShown ? 0 : -1;
        if (isShown) panel.setAttribute('aria-labelledby', tab.id);
      }
    },
  };
}
