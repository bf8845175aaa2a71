// The field of the query: what does not match is dimmed in the picture; Enter goes from match to match.

import type { TargetedKeyboardEvent, VNode } from 'preact';
import { count } from '../../../lib/numbers.js';
import { lengthText } from '../../timeline/viewport.js';
import { following } from './asked.js';
import { progress } from './client.js';
import { follow } from './selection.js';
import { choose, chosen } from './state.js';

/** What the query finds; asked for again when the trace is read. */
export const finding = following('find', () => {
  const { query } = chosen.value;
  return query.trim() !== '' && progress.value?.isWhole !== undefined ? [query] : undefined;
});

/** Milliseconds after the last key until the query is asked. */
const PAUSE_MS = 120;
let pause: ReturnType<typeof setTimeout> | undefined;
let typed: string | undefined;

function take(text: string): void {
  clearTimeout(pause);
  typed = undefined;
  if (text === chosen.value.query) return;
  choose(text.trim() === '' ? { query: '' } : { query: text, tab: 'matches' });
}

function onKeyDown(event: TargetedKeyboardEvent<HTMLInputElement>): void {
  if (event.key === 'Escape') {
    event.stopPropagation();
    event.currentTarget.blur();
  }
  if (event.key !== 'Enter') return;
  event.preventDefault();
  take(event.currentTarget.value);
  follow('nextMatch', event.shiftKey ? -1 : 1);
}

export function QueryBar(): VNode {
  const found = finding.value;
  const { query } = chosen.value;
  const wrong = found?.wrong ?? '';
  const summary =
    query.trim() === '' || found === undefined || wrong !== ''
      ? wrong
      : `${count(found.count)} ${found.count === 1 ? 'span' : 'spans'}, ${lengthText(found.totalNs)}`;
  return (
    <search class="query">
      <label for="query">Query</label>
      <input
        id="query"
        type="search"
        value={typed ?? query}
        placeholder="state:runnable dur>1ms body:main"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="query-found"
        aria-invalid={wrong !== ''}
        onInput={({ currentTarget: { value } }) => {
          typed = value;
          clearTimeout(pause);
          pause = setTimeout(() => take(value), PAUSE_MS);
        }}
        onKeyDown={onKeyDown}
      />
      <output id="query-found" for="query" class={wrong === '' ? '' : 'wrong'}>
        {summary}
      </output>
    </search>
  );
}

/** Moves the keyboard to the field. */
export function focusQuery(): void {
  const field = document.getElementById('query') as HTMLInputElement | null;
  field?.focus();
  field?.select();
}
