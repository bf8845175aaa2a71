// The page of a trace in a browser, for tests of it: with the trace of a file, read to its end.

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { serve } from '#src/viewer/server/server.js';
import { type ShownTrace, traceInFile, traceRoutes } from '#src/viewer/server/trace.js';
import { type Chosen, chosenOf } from '#src/viewer/timeline/address.js';
import { type Look, openPage } from './browser.js';

/** Serves a trace until the end of the test; undefined for a page without one. @returns the address of the page */
export async function servedTrace(trace: ShownTrace | undefined): Promise<string> {
  const serving = await serve({ host: '127.0.0.1', port: 0 }, traceRoutes(trace));
  onTestFinished(() => serving.close());
  return serving.url;
}

/** Opens the page of a file with a view, and waits until it is read. The test fails if anything goes wrong in the page. */
export async function openTracePage(context: TestContext, file: string, fragment: string, look: Look): Promise<Page> {
  const url = await servedTrace(traceInFile(file, statSync(file).size));
  const { page, wrong } = await openPage(context, `${url}#${fragment}`, { width: 1400, height: 900, ...look });
  onTestFinished(() => expect(wrong, basename(file)).toEqual([]));
  await untilRead(page);
  return page;
}

/** Waits until the page has read its trace, and shows it. */
export async function untilRead(page: Page): Promise<void> {
  const marks = () => page.evaluate("performance.getEntriesByName('all-read').length");
  await expect.poll(marks, { timeout: 20_000 }).toBe(1);
}

/** What is chosen, by the address. */
export async function chosenIn(page: Page): Promise<Chosen> {
  return chosenOf(((await page.evaluate('location.hash')) as string).slice(1));
}

/** The pixels of the picture. */
export function pixelsOf(page: Page): Promise<unknown> {
  return page.evaluate("document.querySelector('canvas.pixels').toDataURL()");
}
