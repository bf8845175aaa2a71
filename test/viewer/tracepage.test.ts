// The page of a trace in real browsers: it shows what the server has, and says what is wrong.

import { statSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { traceInFile } from '#src/viewer/server/trace.js';
import { browserNames, closeBrowser, openPage, textOf } from '../support/browser.js';
import { servedTrace } from '../support/tracepage.js';

const file = 'test/testdata/gotraces/crowd-1.26-p4.trace';

afterAll(closeBrowser);

describe.each(browserNames)('the page of a trace in %s', (browser) => {
  test('shows the trace, and sets marks when it does', async (context) => {
    const { page, wrong } = await openPage(context, await servedTrace(traceInFile(file, statSync(file).size)), {
      browser,
    });
    const marks = () =>
      page.evaluate<string[]>("performance.getEntriesByType('mark').map(({ name }) => name)" as never);
    await expect.poll(marks, { timeout: 20_000 }).toEqual(['first-picture', 'all-read']);
    expect(await page.title()).toBe('crowd-1.26-p4.trace · mandel trace');
    expect(await textOf(page, '.labels')).toContain('P 3');
    // Not all pixels have the colour of the ground.
    const colours = await page.evaluate(`(() => {
      const canvas = document.querySelector('canvas.pixels');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
    expect(colours).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  test('asks for a trace if the server has none', async (context) => {
    const { page, wrong } = await openPage(context, await servedTrace(undefined), { browser });
    await expect.poll(() => textOf(page, 'header .about')).toBe('Choose a trace, or drop it on the page.');
    expect(wrong).toEqual([]);
  });
});
