// Opening a trace: what the server has, what the address of the page names, or a file that is dropped or chosen.

import type { TraceAbout } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { ask as askWorker } from './client.js';
import type { Place } from './protocol.js';
import { forget, isEmpty, title, warning, wrong } from './state.js';

/** The trace that was opened last: what is said of an earlier one is of no interest. */
let latest: Place | undefined;

/** @param name of the trace, for the title and for messages */
async function open(place: Place, name: string): Promise<void> {
  latest = place;
  wrong.value = '';
  warning.value = '';
  isEmpty.value = false;
  title.value = name;
  try {
    const missing = await askWorker('open', [place]);
    if (latest === place) warning.value = missing;
  } catch (error) {
    if (latest === place) wrong.value = `${name}: ${(error as Error).message}`;
  }
}

/** Opens a file that is dropped on the page, or chosen. */
export function openFile(file: File | undefined): void {
  if (file === undefined) return;
  forget();
  void open({ file }, file.name);
}

const about = () => ask<TraceAbout>('data/about', {}, new AbortController().signal);

/** Opens what the address of the page names by `?url=`, or what the server was started with. */
export async function openServed(): Promise<void> {
  try {
    const named = new URLSearchParams(location.search).get('url');
    if (named !== null) {
      const url = urlHere(named);
      await open({ url: url.href }, url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
      return;
    }
    const served = await about();
    isEmpty.value = served.title === '';
    if (isEmpty.value) return;
    await open({ url: new URL('data/trace', location.href).href }, served.title);
    // Whether all of it came is known when it has come.
    const { broken } = await about();
    if (broken !== undefined) warning.value = `${served.title}: ${broken}; what had come is shown`;
  } catch (error) {
    wrong.value ||= (error as Error).message;
  }
}

/** An address of the page's own origin. @throws Error in one line for any other */
function urlHere(text: string): URL {
  const url = URL.canParse(text, location.href) ? new URL(text, location.href) : undefined;
  if (url?.origin === location.origin) return url;
  throw new Error(
    `?url=: expected an address of ${location.origin}, got ${JSON.stringify(text)}; of others: mandel trace -http localhost:0 ADDRESS`,
  );
}
