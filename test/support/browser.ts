// Chromium and Firefox as judges of our pages. What goes wrong in a page, and what it would fetch from elsewhere, is kept: a test
// ends by looking at it.

import type { Browser, Page } from 'puppeteer-core';
import { onTestFinished, type TestContext } from 'vitest';
import { type BrowserName, browserPaths, hasBrowser, launchBrowser } from '../programs/lib/browsers.js';
import { skipLoudly } from './loudskip.js';

export type { BrowserName };

const PATIENCE_MS = 20_000;

export const browserNames = Object.keys(browserPaths) as BrowserName[];

export interface Look {
  /** Chromium, if nothing else is asked for. */
  readonly browser?: BrowserName;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: boolean;
}

export interface Watched {
  readonly page: Page;
  /** Errors, complaints about the policy, and requests to others than `origin`. */
  readonly wrong: readonly string[];
}

/** One of each kind for all tests of a file: starting one takes longer than a test. */
const running = new Map<string, Promise<Browser>>();

/** Opens `url` in a browser that knows nothing of other tests, until the end of the test. Without the browser it is skipped. */
export async function openPage(context: TestContext, url: string, look: Look = {}): Promise<Watched> {
  const { browser: name = 'chromium', width = 1280, height = 800, colorScheme = 'light', reducedMotion = false } = look;
  if (!hasBrowser(name)) skipLoudly(context, `there is no ${browserPaths[name]} here to look at pages with`);
  // Only a new Firefox takes other preferences of its user.
  const settings = { 'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : 1 };
  const motion = { 'ui.prefersReducedMotion': Number(reducedMotion) };
  const kind = name === 'firefox' ? `${name} ${colorScheme} ${reducedMotion}` : name;
  if (!running.has(kind)) running.set(kind, launchBrowser(name, { ...settings, ...motion }));
  const session = await (await running.get(kind)!).createBrowserContext();
  onTestFinished(() => session.close());
  const page = await session.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewport({ width, height });
  if (name === 'chromium') {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: colorScheme },
      { name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference' },
    ]);
  }

  const { origin } = new URL(url);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error instanceof Error ? error.message : String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== origin && asked.protocol !== 'data:') wrong.push(request.url());
  });
  await page.goto(url);
  return { page, wrong };
}

/** Closes the browsers, if there are any: for afterAll. */
export async function closeBrowser(): Promise<void> {
  const all = [...running.values()];
  running.clear();
  await Promise.all(all.map(async (browser) => (await browser).close()));
}

/** The selector of what assistive technology finds by its role and its whole name. */
export function named(role: string, name: string): string {
  return `::-p-aria([name=${JSON.stringify(name)}][role="${role}"])`;
}

/** The texts of the elements that match. Code for a page is text: here are no types for what the page has. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  const code = `Array.from(document.querySelectorAll(${JSON.stringify(selector)}), (each) => each.textContent)`;
  return (await page.evaluate(code)) as string[];
}

/** The text of the first element that matches. */
export async function textOf(page: Page, selector: string): Promise<string | undefined> {
  return (await textsOf(page, selector))[0];
}

/** Puts `text` in the place of what is in the field. */
export async function fill(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).fill(text);
}
