// The page of a trace: opens what its address, its server or the reader names, and shows it.

import { effect } from '@preact/signals';
import { render, type VNode } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { ask, picture, progress } from './client.js';
import { onKeyDown } from './keys.js';
import { Panel } from './panel.js';
import type { Place } from './protocol.js';
import { told, wrong } from './state.js';
import { TimeLine } from './timeline.js';

function App(): VNode {
  useLayoutEffect(() => {
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <header>
        <h1 id="title">{document.title.replace(/ · mandel trace$/, '')}</h1>
        <Reading />
      </header>
      <p id="error" role="alert" hidden={wrong.value === ''}>
        {wrong.value}
      </p>
      <main>
        <TimeLine />
        <Panel />
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {told.value}
      </p>
    </>
  );
}

/** How far reading is, and what was read. */
function Reading(): VNode {
  const now = progress.value;
  if (now === undefined) return <span class="about">opening</span>;
  const { events, goroutines, size, read, isWhole } = now;
  const share = !isWhole && size > 0 ? ` · ${Math.floor((100 * read) / size)}%` : '';
  return (
    <span class="about">
      {`${events.toLocaleString('en')} events · ${goroutines.toLocaleString('en')} goroutines${isWhole ? '' : ` · reading${share}`}`}
    </span>
  );
}

async function open(place: Place): Promise<void> {
  wrong.value = '';
  try {
    await ask('open', [place]);
  } catch (error) {
    wrong.value = (error as Error).message;
  }
}

effect(() => {
  if (progress.value?.isWhole && picture.value?.events === progress.value.events) {
    if (performance.getEntriesByName('all-read').length === 0) performance.mark('all-read');
  }
});

render(<App />, document.body);
void open({ url: new URL('data/trace', location.href).href });
