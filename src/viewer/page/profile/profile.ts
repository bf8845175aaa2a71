// The page of a profile: a bar that says which part of it is meant, tabs of views, and the view that is shown.

import type { About } from '../../server/data.js';
import { ask } from './ask.js';
import { byId, element } from './element.js';
import { flameGraph } from './flamegraph.js';
import { graphView } from './graphview.js';
import { peekView } from './peekview.js';
import { sourceView } from './sourceview.js';
import { START, type State, searchOf, stateOf } from './state.js';
import { tabs } from './tabs.js';
import { topTable } from './toptable.js';
import type { Page } from './view.js';

const views = [flameGraph, topTable, graphView, peekView, sourceView];

const panel = byId('panel', HTMLElement);
const says = byId('says', HTMLParagraphElement);
const wrong = byId('error', HTMLParagraphElement);
const query = byId('query', HTMLFormElement);
const sample = byId('sample', HTMLSelectElement);
const fields = ['focus', 'ignore', 'mark'].map((id) => byId(id, HTMLInputElement));

let leaving = new AbortController();

const about = await ask<About>('data/about', {}, leaving.signal).catch((error: Error) => {
  complain(error.message);
  throw error;
});
const usual = about.samples.indexOf(about.sample);
const start: State = { ...START, focus: about.focus, ignore: about.ignore };
let state = stateOf(location.search, start);

const list = tabs(byId('tabs', HTMLElement), panel, views, (view) => {
  if (view !== state.view) go({ view });
});

function go(change: Partial<State>): void {
  const next = { ...state, ...change };
  // Frames have other places in another part of the profile.
  const part = (['sample', 'focus', 'ignore'] as const).some((key) => next[key] !== state[key]);
  state = part ? { ...next, zoom: '' } : next;
  history.pushState(null, '', searchOf(state, start));
  void show();
}

function say(text: string): void {
  says.textContent = text;
}

function complain(text: string): void {
  wrong.textContent = text;
  wrong.hidden = text === '';
}

/** Shows the state; what was shown stays until the next is whole, and if that cannot be had. */
async function show(): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const view = views.find(({ id }) => id === state.view) ?? flameGraph;
  list.select(view.id);
  sample.value = state.sample === '' ? about.sample : state.sample;
  for (const field of fields) field.value = state[field.name as 'focus'];
  const page: Page = { state, go, say, signal };
  panel.classList.add('busy');
  try {
    const fill = await view.load(page);
    if (signal.aborted) return;
    complain('');
    say('');
    fill(panel);
    panel.dataset.view = view.id;
  } catch (error) {
    if (signal.aborted) return;
    complain((error as Error).message);
    if (panel.dataset.view !== view.id) panel.replaceChildren();
  }
  panel.classList.remove('busy');
}

query.addEventListener('submit', (event) => {
  event.preventDefault();
  change();
});
query.addEventListener('change', change);

function change(): void {
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const picked = sample.selectedIndex === usual ? '' : sample.value;
  const next = { ...values, sample: picked } as Partial<State>;
  if (Object.entries(next).some(([key, value]) => value !== state[key as keyof State])) go(next);
}

addEventListener('popstate', () => {
  state = stateOf(location.search, start);
  void show();
});
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  byId('mark', HTMLInputElement).select();
});

document.title = `${about.title} · mandel pprof`;
byId('title', HTMLElement).textContent = about.title;
sample.append(...about.samples.map((name) => element('option', { value: name }, name)));
await show();
