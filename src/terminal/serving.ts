// Serving a page to the user of a command, until the command is interrupted.

import type { Address } from '../lib/address.js';
import { type Route, serve } from '../viewer/server/server.js';
import { interruptible } from './interrupt.js';
import { httpAddress } from './usage.js';

/** The address of a page, from -http. `:8080` is an address of this machine only. @throws BadUsage */
export async function pageAddress(text: string): Promise<Address> {
  const address = await httpAddress(text);
  return address.host === '' ? { ...address, host: 'localhost' } : address;
}

/** How a page is served. */
export interface ServingOptions {
  /** Whether a browser is opened, too. */
  readonly open?: boolean;
  /** Called when requests are answered. */
  readonly onServed?: () => void;
  /** Ends it; by default a signal to the process. */
  readonly signal?: AbortSignal;
}

/**
 * Shows what the routes answer at `address` until the process is interrupted.
 * @returns the exit status
 * @throws Error in one line, if it cannot be served there
 */
export async function servePage(
  address: Address,
  routes: ReadonlyMap<string, Route>,
  { open = false, onServed, signal }: ServingOptions = {},
): Promise<number> {
  const interrupt = signal === undefined ? interruptible(() => {}) : { signal, done() {} };
  try {
    const serving = await serve(address, routes);
    process.stderr.write(`Serving web UI on ${serving.url}\n`);
    onServed?.();
    if (open) void show(serving.url);
    if (!interrupt.signal.aborted) {
      await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
    }
    await serving.close();
    return 0;
  } finally {
    interrupt.done();
  }
}

/** Opens a browser, or says that there is none. */
async function show(url: string): Promise<void> {
  const { openBrowser } = await import('./openbrowser.js');
  if (await openBrowser(url)) return;
  process.stderr.write(`mandel: no browser can be started here; open ${url} in one, or set BROWSER\n`);
}
