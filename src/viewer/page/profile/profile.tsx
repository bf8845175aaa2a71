// The page of a profile: a bar that says which part of it is meant, tabs of views, and the view that is shown.

import { type ComponentChildren, render, type VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { About } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { Tabs, tabElementId } from '../shared/tabs.js';
import { useUrlState } from '../shared/urlstate.js';
import { flameGraph } from './flamegraph.js';
import { peekView, sourceView } from './functionviews.js';
import { graphView } from './graphview.js';
import { topTable } from './toptable.js';
import { START, type State, stateAfter } from './view.js';

const views = [flameGraph, topTable, graphView, peekView, sourceView];
const PANEL = 'panel';

type Go = (change: Partial<State>) => void;

function App({ about }: { readonly about: About }): VNode {
  const [state, go] = useUrlState({ ...START, focus: about.focus, ignore: about.ignore }, stateAfter);
  const view = views.find(({ id }) => id === state.view) ?? flameGraph;
  return (
    <>
      <header>
        <Bar about={about} state={state} go={go} />
        <Tabs
          label="Views of the profile"
          tabs={views}
          selected={view.id}
          panel={PANEL}
          onSelect={(id) => go({ view: id })}
        />
      </header>
      <Shown view={view} state={state} go={go} />
    </>
  );
}

/** The fields of the bar that take a regular expression. */
const fields = [
  {
    name: 'focus',
    label: 'Focus',
    type: 'text',
    size: 16,
    placeholder: 'stacks through…',
    title: 'Keep the stacks that go through a function that matches this regular expression',
  },
  {
    name: 'ignore',
    label: 'Ignore',
    type: 'text',
    size: 12,
    placeholder: 'and not…',
    title: 'Leave out the stacks that go through a function that matches this regular expression',
  },
  {
    name: 'mark',
    label: 'Search',
    type: 'search',
    size: 16,
    placeholder: 'mark functions…',
    title: 'Mark the functions that match this regular expression (key: /)',
  },
] as const;

interface BarProps {
  readonly about: About;
  readonly state: State;
  readonly go: Go;
}

/** The title and the form. It is drawn again only when the state changes: that undoes what is typed and not applied. */
function Bar({ about, state, go }: BarProps): VNode {
  const form = useRef<HTMLFormElement>(null);
  const apply = () => {
    const given = new FormData(form.current!);
    const values = Object.fromEntries(fields.map(({ name }) => [name, String(given.get(name))]));
    const sample = String(given.get('sample'));
    const next: Partial<State> = { ...values, sample: sample === about.sample ? '' : sample };
    if (Object.entries(next).some(([key, value]) => value !== state[key as keyof State])) go(next);
  };
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      (form.current!.elements.namedItem('mark') as HTMLInputElement).select();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <div class="bar">
      <h1 id="title">{about.title}</h1>
      <form
        id="query"
        autocomplete="off"
        spellcheck={false}
        ref={form}
        onChange={apply}
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <label>
          {'Sample '}
          <select id="sample" name="sample" value={state.sample === '' ? about.sample : state.sample}>
            {about.samples.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {fields.map(({ label, name, ...field }) => (
          <label key={name}>
            {`${label} `}
            <input id={name} name={name} maxLength={200} value={state[name]} {...field} />
          </label>
        ))}
        <button type="submit" class="unseen" tabIndex={-1}>
          Apply
        </button>
      </form>
    </div>
  );
}

interface ShownProps {
  readonly view: (typeof views)[number];
  readonly state: State;
  readonly go: Go;
}

/** The view of the state, and what there is to say about it. What was shown stays until the next is whole. */
function Shown({ view, state, go }: ShownProps): VNode {
  const [shown, setShown] = useState<{ readonly id: string; readonly content: ComponentChildren }>();
  const [isBusy, setBusy] = useState(true);
  const [wrong, complain] = useState('');
  const [says, say] = useState('');
  useLayoutEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    setBusy(true);
    view.load({ state, go, say, signal }).then(
      (content) => {
        if (signal.aborted) return;
        complain('');
        say('');
        setShown({ id: view.id, content });
        setBusy(false);
      },
      (error: Error) => {
        if (signal.aborted) return;
        complain(error.message);
        // Another view does not stay, as if it were this one.
        setShown((before) => (before === undefined || before.id === view.id ? before : { ...before, content: null }));
        setBusy(false);
      },
    );
    return () => leaving.abort();
  }, [state]);
  return (
    <>
      <Complaint text={wrong} />
      <div
        id={PANEL}
        role="tabpanel"
        aria-labelledby={tabElementId(view.id)}
        class={isBusy ? 'busy' : undefined}
        data-view={shown?.id}
      >
        {shown?.content}
      </div>
      <footer>
        <p id="says" role="status">
          {says}
        </p>
      </footer>
    </>
  );
}

function Complaint({ text }: { readonly text: string }): VNode {
  return (
    <p id="error" role="alert" hidden={text === ''}>
      {text}
    </p>
  );
}

document.body.replaceChildren();
try {
  const about = await ask<About>('data/about', {}, new AbortController().signal);
  document.title = `${about.title} · mandel pprof`;
  render(<App about={about} />, document.body);
} catch (error) {
  render(<Complaint text={(error as Error).message} />, document.body);
  throw error;
}
