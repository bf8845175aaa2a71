// Chromium as the judge of our pages. What goes wrong in a page, and what it would fetch from elsewhere, is kept: a test ends
// by looking at it.

import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { browserPaths, chromiumFlags, hasBrowser } from '../programs/lib/browsers.js';
import { skipLoudly } from './loudskip.js';

const PATIENCE_MS = 20_000;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

export interface Watched {
  readonly page: Page;
  /** Errors, complaints about the policy, and requests to others than `origin`. */
  readonly wrong: readonly string[];
}

let browser: Browser | undefined;
/** One for all tests of a file, which run one after the other: opening one takes longer than a test. */
let page: Page | undefined;

/** Opens `url`. Without Chromium the test is skipped. */
export async function openPage(context: TestContext, url: string, look: Look = {}): Promise<Watched> {
  const { chromium: path } = browserPaths;
  if (!hasBrowser('chromium')) skipLoudly(context, `there is no ${path} here to look at pages with`);
  const { width = 1280, height = 800, colorScheme = 'light' } = look;
  browser ??= await chromium.launch({ executablePath: path, args: [...chromiumFlags] });
  page ??= await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.removeAllListeners();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });

  const { origin } = new URL(url);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) wrong.push(request.url());
  });
  await page.goto(url);
  return { page, wrong };
}

/** Closes the browser, if there is one: for afterAll. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
  page = undefined;
}
