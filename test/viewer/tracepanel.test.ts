// The panel of the page of a trace: what it says of a span, a range, a query, the goroutines and the critical path is what the
// analyses say, and it is in the address.

import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { criticalPath } from '#src/trace/analysis/criticalpath.js';
import { pathSummary } from '#src/trace/analysis/pathsummary.js';
import { parse } from '#src/trace/parse.js';
import { GoroutineTable } from '#src/viewer/timeline/goroutinetable.js';
import { matchSpans } from '#src/viewer/timeline/matches.js';
import { parseQuery } from '#src/viewer/timeline/query.js';
import { RangeSummer } from '#src/viewer/timeline/rangesums.js';
import { lengthText } from '#src/viewer/timeline/viewport.js';
import { goProgramTrace } from '../programs/lib/tracesv2.js';
import { type BrowserName, browserNames, closeBrowser, textOf, textsOf } from '../support/browser.js';
import { chosenIn, openTracePage, pixelsOf } from '../support/tracepage.js';

const name = 'crowd-1.26-p4.trace';
const file = `test/testdata/gotraces/${name}`;
const trace = parse(goProgramTrace(name));

const opened = (context: TestContext, browser: BrowserName, fragment: string) =>
  openTracePage(context, file, fragment, { browser });

/** The rows of a table by its label, with the texts of their cells. */
const rowsOf = async (page: Page, label: string) =>
  (await page.evaluate(
    `Array.from(document.querySelectorAll('table[aria-label="${label}"] tbody tr'), (row) => Array.from(row.cells, (cell) => cell.textContent))`,
  )) as string[][];

afterAll(closeBrowser);

describe.each(browserNames)('the panel of the page of a trace in %s', (browser) => {
  test('says why a span is as it is, and steps along the chain of causes', async (context) => {
    // The last execution of a goroutine of which there are many.
    const { longest } = matchSpans(trace, parseQuery('body:=main.main.func1 state:running'));
    const page = await opened(context, browser, `v=1&sel=${longest[0]},p1`);
    await expect.poll(() => textOf(page, '.details h2')).toMatch(/^G\d+ main\.main\.func1: running$/);
    await expect.poll(() => textOf(page, '#why')).toBe('Why');
    expect(await textOf(page, '.details section p')).toMatch(
      /^Made runnable by G 1 main\.main, running, with GoCreate at .* It then waited .* for a P\.$/,
    );
    const { count } = matchSpans(trace, parseQuery('body:=main.main.func1 state:running'));
    await expect
      .poll(() => textOf(page, '#usual'))
      .toBe(`Spans of the same body and state: ${count.toLocaleString('en')}`);
    // Two steps, there and back, even if they are asked for at once.
    const selected = async () => (await chosenIn(page)).selection?.event;
    await page.keyboard.press('n');
    await expect.poll(selected).not.toBe(longest[0]);
    await page.keyboard.press('n');
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await expect.poll(selected).toBe(longest[0]);
    await page.keyboard.press('[');
    await expect.poll(() => textOf(page, '.details h2')).toBe('G1 main.main: running');
    // What main created first.
    await page.keyboard.press(']');
    await expect.poll(() => textOf(page, '.details h2')).toBe('G6 runtime.traceStartReadCPU.func1: running');
  });

  test('sums a range that is dragged on the axis', async (context) => {
    const page = await opened(context, browser, '');
    const box = (await (await page.$('.axis'))!.boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 10);
    await page.mouse.move(box.x + 500, box.y + 10);
    await expect.poll(() => textOf(page, '.axis .length')).toMatch(/ [µmn]s$/);
    await page.mouse.up();
    // The address follows some time after the last movement.
    const running = async () => (await rowsOf(page, 'By P')).map(([, time]) => time);
    const expected = async () => {
      const { fromNs, toNs } = (await chosenIn(page)).measured ?? { fromNs: 0, toNs: 0 };
      return new RangeSummer(trace).sums(fromNs, toNs);
    };
    await expect
      .poll(async () => (await running()).join() === [...(await expected()).procs.executionNs].map(lengthText).join(), {
        timeout: 5000,
      })
      .toBe(true);
    expect((await rowsOf(page, 'By body'))[0]![0]).toBe((await expected()).bodies[0]!.body);
  });

  test('lists what a query finds, dims the rest, and is in the address', async (context) => {
    const page = await opened(context, browser, '');
    const before = await pixelsOf(page);
    await page.keyboard.press('/');
    await page.keyboard.type('state:runnable dur>100us');
    const { count, totalNs, longestNs } = matchSpans(trace, parseQuery('state:runnable dur>100us'));
    await expect.poll(() => textOf(page, '#query-found')).toBe(`${count} spans, ${lengthText(totalNs)}`);
    await expect.poll(async () => (await rowsOf(page, 'Matches')).length).toBe(count);
    expect((await rowsOf(page, 'Matches')).map(([, , ns]) => ns)).toEqual([...longestNs].map((ns) => lengthText(ns)));
    await expect.poll(() => pixelsOf(page)).not.toBe(before);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await chosenIn(page)).selection).toBeDefined();
    await page.keyboard.press('Escape');
    // A reload has the same pixels.
    const { query } = await chosenIn(page);
    expect(query).toBe('state:runnable dur>100us');
    const dimmed = await pixelsOf(page);
    await page.reload();
    await expect.poll(() => pixelsOf(page), { timeout: 10_000 }).toBe(dimmed);
    // What is wrong with a query is said, and nothing is dimmed.
    await page.keyboard.press('/');
    await page.keyboard.press('End');
    await page.keyboard.type(' nonsense:1');
    await expect.poll(() => textOf(page, '#query-found')).toMatch(/^expected .*got "nonsense:"$/);
  });

  test('has the goroutines as a table, sorted by any column and filtered', async (context) => {
    const page = await opened(context, browser, 'v=1&tab=goroutines&open=goroutines');
    const table = new GoroutineTable(trace);
    const first = async () => (await rowsOf(page, 'Goroutines'))[0]?.[0];
    await expect.poll(first).toBe(String(table.value('id', 1)));
    for (const column of ['life', 'runnable', 'switches'] as const) {
      await page.locator(`.goroutines th.${column} button`).click();
      const [longest] = table.sortBy(column, 'descending');
      await expect.poll(first, { timeout: 5000 }).toBe(String(table.value('id', longest!)));
    }
    // The picture has the same order.
    const [most] = table.sortBy('switches', 'descending');
    await expect
      .poll(() => textsOf(page, '.label.goroutine .name'))
      .toContain(`G ${table.value('id', most!)} ${table.bodyOf(most!)}`);
    await page.locator('.goroutines input[type=search]').fill('main.main.func1');
    await expect.poll(() => textOf(page, '.goroutines .about')).toBe('1,000 goroutines');
    await expect.poll(async () => (await chosenIn(page)).find).toBe('main.main.func1');
    // The last row can be scrolled to.
    await page.evaluate("document.querySelector('.goroutines .rows').scrollTop = 1e9");
    await expect.poll(async () => (await rowsOf(page, 'Goroutines')).length).toBeGreaterThan(5);
    const last = table.rows(table.sortBy('switches', 'descending'), table.filter({ text: 'main.main.func1' })).at(-1)!;
    await expect.poll(async () => (await rowsOf(page, 'Goroutines')).at(-1)?.[0]).toBe(String(table.value('id', last)));
  });

  test('sums the critical path, and lights it in the picture', async (context) => {
    const page = await opened(context, browser, 'v=1&tab=path');
    const { rows } = pathSummary(trace, criticalPath(trace));
    await expect
      .poll(async () => (await rowsOf(page, 'By body and kind')).map(([, ns]) => ns))
      .toEqual(rows.map(({ ns }) => lengthText(ns)));
    const over = () => page.evaluate("document.querySelector('canvas.over').toDataURL()");
    const before = await over();
    await page.locator('.details input[type=checkbox]').click();
    await expect.poll(async () => (await chosenIn(page)).showsPath).toBe(true);
    await expect.poll(over).not.toBe(before);
  });

  test('says how many goroutines do what, where a row of many is clicked', async (context) => {
    const page = await opened(context, browser, '');
    const box = (await (await page.$('.picture'))!.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 40);
    await expect.poll(() => textOf(page, '.details h2')).toBe('Goroutines');
    const facts = Object.fromEntries(await rowsOf(page, 'Goroutines')) as Record<string, string>;
    const { at: _, together, ...numbers } = facts;
    expect(Object.values(numbers).reduce((sum, n) => sum + Number(n), 0)).toBe(Number(together));
  });
});
