// Chromium and Firefox, driven by puppeteer: how they are started, and a browser whose Web Workers run a module of ours.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { type Route, type Serving, serve } from '#src/viewer/server/server.js';

/** Where Debian has them. */
export const browserPaths = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' } as const;
export type BrowserName = keyof typeof browserPaths;

/** For Chromium: it looks for nothing outside of this machine, and runs where every user is root. */
const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync'];

/** The same for Firefox, where puppeteer does not set it. */
const firefoxSettings = {
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#',
  'toolkit.telemetry.enabled': false,
};

/** Milliseconds until a browser that has not started counts as broken: a start takes 2000, and 10,000 on a busy machine. */
const START_MS = 60_000;

export function hasBrowser(name: BrowserName): boolean {
  return existsSync(browserPaths[name]);
}

/**
 * Starts a browser without a window.
 * @param settings of Firefox, for what its driver cannot change later
 */
export async function launchBrowser(
  name: BrowserName,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Browser> {
  // Firefox does not run where the home is another user's.
  const home = mkdtempSync(join(tmpdir(), `mandel-${name}-`));
  // Processes of the browser that are about to end can still write.
  const clean = () => rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  try {
    const browser = await launch({
      browser: name === 'firefox' ? 'firefox' : 'chrome',
      executablePath: browserPaths[name],
      args: name === 'firefox' ? [] : chromiumFlags,
      extraPrefsFirefox: { ...firefoxSettings, ...settings },
      env: { ...process.env, HOME: home },
      timeout: START_MS,
      protocolTimeout: 0, // what hangs is found by the time limit of a test
    });
    browser.once('disconnected', clean);
    return browser;
  } catch (error) {
    clean();
    throw error;
  }
}

const worker = `
import { main } from '/module.js';
onmessage = async ({ data }) => {
  try {
    postMessage({ value: await main(data) });
  } catch (error) {
    postMessage({ error: String(error) + '\\n' + error.stack });
  }
};`;

/** Code for the page: runs a job in a new worker. */
const inWorker = (job: string) => `new Promise((resolve) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  const end = (answer) => {
    worker.terminate();
    resolve(answer);
  };
  worker.onmessage = ({ data }) => end(data);
  worker.onerror = ({ message }) => end({ error: message || 'the worker could not be loaded' });
  worker.postMessage(${job});
})`;

/** What a browser gets: the module with the function main, and files by name, at /files/NAME. */
export interface Served {
  /** JavaScript without imports. */
  readonly module: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A browser that runs jobs in workers, under the policy of our pages. */
export class WorkerBrowser {
  readonly #name: BrowserName;
  readonly #serving: Serving;
  readonly #browser: Browser;
  readonly #page: Page;

  private constructor(name: BrowserName, serving: Serving, browser: Browser, page: Page) {
    this.#name = name;
    this.#serving = serving;
    this.#browser = browser;
    this.#page = page;
  }

  static async start(name: BrowserName, { module, files }: Served): Promise<WorkerBrowser> {
    const route = (type: string, body: string | Uint8Array): Route => {
      return () => ({ type, body });
    };
    const routes = new Map([
      ['/', route('text/html', '<!doctype html>')],
      ['/worker.js', route('text/javascript', worker)],
      ['/module.js', route('text/javascript', module)],
    ]);
    for (const [name, bytes] of files) routes.set(`/files/${name}`, route('application/octet-stream', bytes));
    const serving = await serve({ host: '127.0.0.1', port: 0 }, routes);
    const browser = await launchBrowser(name);
    const page = await browser.newPage();
    await page.goto(`${serving.url}/`);
    return new WorkerBrowser(name, serving, browser, page);
  }

  /** Runs main with the job, in a worker of its own. @throws Error that the worker threw, or if the browser ends */
  async run<Job, Answer>(job: Job): Promise<Answer> {
    const answer = await this.#page.evaluate(inWorker(JSON.stringify(job)));
    const { value, error } = answer as { readonly value: Answer; readonly error?: string };
    if (error !== undefined) throw new Error(`${this.#name}: ${error}`);
    return value;
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#serving.close();
  }
}
