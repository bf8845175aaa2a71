// The page of a trace: opens what its address, its server or the reader names, and shows it.

import { computed, effect } from '@preact/signals';
import { render, type VNode } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { count } from '../../../lib/numbers.js';
import { picture, progress } from './client.js';
import { Help } from './help.js';
import { onKeyDown } from './keys.js';
import { openFile, openServed } from './opening.js';
import { isWidePanel, Panel } from './panel.js';
import { QueryBar } from './querybar.js';
import { RowMenu } from './rowmenu.js';
import { chosen, isEmpty, range, title, told, warning, wrong } from './state.js';
import { TimeLine } from './timeline.js';
import { Toolbar } from './toolbar.js';

function App(): VNode {
  useLayoutEffect(() => {
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <header>
        <h1 id="title">{title.value === '' ? 'mandel trace' : title.value}</h1>
        <Reading />
        <QueryBar />
        <Toolbar onOpen={openFile} />
      </header>
      <div id="error" hidden={wrong.value === '' && warning.value === ''}>
        <div role="alert">{wrong.value}</div>
        <div role="status">{warning.value}</div>
      </div>
      <main class={isWidePanel(chosen.value.tab) ? 'wide' : ''}>
        <TimeLine />
        <Panel />
      </main>
      <RowMenu />
      <Help />
      <p class="unseen" role="status" aria-live="polite">
        {told.value}
      </p>
    </>
  );
}

/** How far reading is, and what was read. */
function Reading(): VNode {
  const now = progress.value;
  if (now === undefined)
    return <span class="about">{isEmpty.value ? 'Choose a trace, or drop it on the page.' : ''}</span>;
  const { events, goroutines, size, read, isWhole } = now;
  const share = !isWhole && size > 0 ? ` · ${Math.floor((100 * read) / size)}%` : '';
  return (
    <span class="about">
      {`${count(events)} events · ${count(goroutines)} goroutines${isWhole ? '' : ` · reading${share}`}`}
    </span>
  );
}

effect(() => {
  document.title = title.value === '' ? 'mandel trace' : `${title.value} · mandel trace`;
});

// The mark says what was read, and what it takes: the benchmark of this page reports it.
effect(() => {
  const [now, shown] = [progress.value, picture.value];
  if (!now?.isWhole || !shown?.isWhole) return;
  // The end of the trace is known to the nanosecond only then: the whole trace is another range than before.
  if (shown.view.range.toNs !== range.value.toNs) return;
  if (performance.getEntriesByName('all-read').length > 0) return;
  performance.mark('all-read', { detail: { ...now, indexBytes: shown.indexBytes } });
});

const isRead = computed(() => progress.value?.isWhole === true);
effect(() => {
  if (isRead.value) told.value = `${title.peek()} is read`;
});

addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  openFile(event.dataTransfer?.files[0]);
});
// One task for the scripts, one for the elements, one for what they ask: together they would be a pause.
setTimeout(() => {
  render(<App />, document.body);
  setTimeout(openServed);
});
