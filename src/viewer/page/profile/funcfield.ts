// The field of the views that show some functions, and what is below it.

import type { TopData } from '../../server/data.js';
import { ask } from './ask.js';
import { element } from './element.js';
import { exactly, type Page, partOf } from './view.js';

/** The functions that are asked for: without a pattern the first of the table, so that a view is not empty; '' if it has none. */
export async function funcOf({ state, signal }: Page): Promise<string> {
  if (state.func !== '') return state.func;
  const { rows } = await ask<TopData>('data/top', { ...partOf(state), sort: '' }, signal);
  return rows[0] === undefined ? '' : exactly(rows[0].name);
}

/** Fills `panel` with the field for `func` and `below`; if there is no function to show, with what one could ask for. */
export function withFuncField(
  page: Page,
  panel: HTMLElement,
  func: string,
  about: string,
  below: readonly Node[] | undefined,
): void {
  const id = 'func';
  const field = element('input', { id, name: id, size: '40', maxlength: '1000', value: func });
  const label = element('label', {}, 'Function ', field);
  const form = element('form', { class: 'tools', autocomplete: 'off', spellcheck: 'false' }, label);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    page.go({ func: field.value });
  });
  const hint = `Type a function's name, or a regular expression, to see ${about}.`;
  panel.replaceChildren(form, ...(below ?? [element('p', { class: 'about' }, hint)]));
  // Whoever walks through the tabs with arrows stays there.
  if (!below && document.activeElement === document.body) field.focus();
}
