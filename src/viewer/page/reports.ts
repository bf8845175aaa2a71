// Views of functions as text: callers and callees, and the source with what each line took.

import type { TextData } from '../data.js';
import { ask } from './ask.js';
import { element } from './element.js';
import { type Page, partOf, type View } from './view.js';

export const peek = textView('peek', 'Peek', 'the callers and callees of each function that matches');
export const source = textView(
  'source',
  'Source',
  'the source of each function that matches, with what its lines took',
);

function textView(id: 'peek' | 'source', title: string, about: string): View {
  return {
    id,
    title,
    async load(page) {
      const { func } = page.state;
      const said = func === '' ? `Type a function's name or a regular expression to see ${about}.` : undefined;
      const text = said ?? (await ask<TextData>(`data/${id}`, { ...partOf(page.state), func }, page.signal)).text;
      return (panel) => show(page, panel, id, text, said === undefined);
    },
  };
}

function show(page: Page, panel: HTMLElement, id: string, text: string, isReport: boolean): void {
  const field = element('input', {
    name: 'func',
    size: '40',
    maxlength: '200',
    value: page.state.func,
    id: `${id}-func`,
  });
  const form = element(
    'form',
    { class: 'tools', autocomplete: 'off', spellcheck: 'false' },
    element('label', {}, 'Function ', field),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    page.go({ func: field.value });
  });
  const hadFocus = document.activeElement?.id === field.id;
  panel.replaceChildren(
    form,
    isReport ? element('pre', { tabindex: '0' }, text) : element('p', { class: 'about' }, text),
  );
  if (hadFocus || !isReport) field.focus();
}
