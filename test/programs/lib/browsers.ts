// Chromium and Firefox as engines: a module of ours runs in Web Workers of a browser without a window.
//
// The browser is told nothing but an address. The page there asks for a job, gives it to a new worker, and sends the answer; all
// over HTTP, which every browser speaks, so no driver is needed.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian has them. */
export const browserPaths = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' } as const;
export type BrowserName = keyof typeof browserPaths;

/** For Chromium: it looks for nothing outside of this machine, and runs where every user is root. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The same for Firefox; and it waits for a job as long as there is none. */
const firefoxSettings = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.http.response.timeout': 0,
  'services.settings.server': 'data:,#',
  'toolkit.telemetry.enabled': false,
};

/** Seconds until a browser that has not asked for a job counts as broken: a start takes 2, and 10 on a busy machine. */
const START_S = 60;

const page = `
for (;;) {
  const job = await (await fetch('/job')).json();
  const worker = new Worker('/worker.js', { type: 'module' });
  const answer = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message || 'the worker could not be loaded' });
    worker.postMessage(job);
  });
  worker.terminate();
  await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
}`;

const worker = `
import { main } from '/module.js';
onmessage = async ({ data }) => {
  try {
    postMessage({ value: await main(data) });
  } catch (error) {
    postMessage({ error: String(error) + '\\n' + error.stack });
  }
};`;

/** What a browser gets: the module with the function main, and files by name, at /files/NAME. */
export interface Served {
  /** JavaScript without imports. */
  readonly module: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function hasBrowser(name: BrowserName): boolean {
  return existsSync(browserPaths[name]);
}

/** A browser that runs jobs. */
export class Browser {
  readonly #name: BrowserName;
  readonly #served: Served;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #folder: string;
  #child: ChildProcess | undefined;
  /** The page's question for a job, while there is none. */
  #asking: ServerResponse | undefined;
  #job: { readonly text: string; answer(text: string): void; fail(error: Error): void } | undefined;
  #broken: Error | undefined;
  readonly #end = () => void this.#child?.kill('SIGKILL');

  private constructor(name: BrowserName, served: Served) {
    this.#name = name;
    this.#served = served;
    this.#folder = mkdtempSync(join(tmpdir(), `mandel-${name}-`));
  }

  /** Starts a browser. @throws Error if it does not ask for a job */
  static async start(name: BrowserName, served: Served): Promise<Browser> {
    const browser = new Browser(name, served);
    await browser.#start();
    return browser;
  }

  /**
   * Runs main with the job, in a worker of its own; one job at a time.
   *
   * @throws Error that the worker threw, or if the browser ends
   */
  async run<Job, Answer>(job: Job): Promise<Answer> {
    if (this.#broken !== undefined) throw this.#broken;
    const text = await new Promise<string>((answer, fail) => {
      this.#job = { text: JSON.stringify(job), answer, fail };
      this.#hand();
    });
    this.#job = undefined;
    const { value, error } = JSON.parse(text) as { readonly value: Answer; readonly error?: string };
    if (error !== undefined) throw new Error(`${this.#name}: ${error}`);
    return value;
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    process.off('exit', this.#end);
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      this.#end();
      await ended;
    }
    this.#server.closeAllConnections();
    this.#server.close();
    // Processes of the browser that are about to end can still write.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
    this.#child = spawn(browserPaths[this.#name], [...this.#flags(), address], {
      stdio: 'ignore',
      env: { ...process.env, HOME: this.#folder },
    });
    process.on('exit', this.#end);
    const timer = setTimeout(() => this.#fail(`it has not asked for a job within ${START_S} s`), START_S * 1000);
    this.#child.on('error', ({ message }) => this.#fail(message));
    this.#child.on('exit', (status, signal) => this.#fail(`it ended: ${signal ?? `exit status ${status}`}`));
    try {
      // A job that no worker sees: the page's first question for one is the answer.
      await new Promise<void>((resolve, fail) => {
        this.#job = { text: '', answer: () => resolve(), fail };
      });
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    this.#job = undefined;
  }

  #flags(): string[] {
    if (this.#name === 'chromium') return [...chromiumFlags, '--headless=new', `--user-data-dir=${this.#folder}`];
    const lines = Object.entries(firefoxSettings).map(
      ([key, value]) => `user_pref("${key}", ${JSON.stringify(value)});`,
    );
    writeFileSync(join(this.#folder, 'user.js'), lines.join('\n'));
    return ['--headless', '--no-remote', '--profile', this.#folder];
  }

  #fail(why: string): void {
    this.#broken = new Error(`${this.#name}: ${why}`);
    this.#job?.fail(this.#broken);
  }

  /** Gives the job to the page, if there are both. */
  #hand(): void {
    if (this.#job === undefined || this.#asking === undefined) return;
    if (this.#job.text === '') {
      this.#job.answer('');
      return;
    }
    send(this.#asking, 'application/json', this.#job.text);
    this.#asking = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const file = this.#served.files.get(decodeURIComponent(path.replace(/^\/files\//, '')));
    if (path === '/') send(response, 'text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    else if (path === '/page.js') send(response, 'text/javascript', page);
    else if (path === '/worker.js') send(response, 'text/javascript', worker);
    else if (path === '/module.js') send(response, 'text/javascript', this.#served.module);
    else if (file !== undefined) send(response, 'application/octet-stream', file);
    else if (path === '/job') {
      this.#asking = response;
      this.#hand();
    } else if (path === '/answer') {
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += piece;
      send(response, 'text/plain', '');
      this.#job?.answer(text);
    } else response.writeHead(404).end();
  }
}

/** Nothing that a page loads comes from elsewhere, and none makes code of text. */
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { 'content-type': type, 'content-security-policy': policy, 'cache-control': 'no-store' });
  response.end(body);
}
