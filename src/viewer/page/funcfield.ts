// The field of the views that show some functions, and what is below it.

import { element } from './element.js';
import type { Page } from './view.js';

/** Fills `panel` with the field and `below`; if no function is asked for, with what one could ask for. */
export function withFuncField(page: Page, panel: HTMLElement, about: string, below: readonly Node[] | undefined): void {
  const id = 'func';
  const field = element('input', { id, name: id, size: '40', maxlength: '1000', value: page.state.func });
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
