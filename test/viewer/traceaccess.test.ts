// Access to the page of a trace: what axe finds, all by keyboard alone, small screens, touch.

import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, test } from 'vitest';
import { browserNames, closeBrowser, openPage, textOf, textsOf } from '../support/browser.js';
import { chosenIn, openTracePage, servedTrace } from '../support/tracepage.js';

const file = 'test/testdata/gotraces/web-1.26-p8.trace';
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe finds that keeps people from using the page, in one line each. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return (await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`)) as string[];
}

const key = (page: Page, name: string) => page.keyboard.press(name as 'a');
/** Waits for what the address says. */
const until = (page: Page, what: object) => expect.poll(() => chosenIn(page), { timeout: 5000 }).toMatchObject(what);

afterAll(closeBrowser);

describe.each(['light', 'dark'] as const)('axe finds nothing serious on the page of a trace in %s', (colorScheme) => {
  test('that has no trace', async (context) => {
    const { page } = await openPage(context, await servedTrace(undefined), { colorScheme });
    await expect.poll(() => textOf(page, 'header .about')).toContain('Choose a trace');
    expect(await faultsOf(page)).toEqual([]);
  });

  const views = {
    'the whole trace': '',
    'a span': 'v=1&open=goroutines&sel=100,g1',
    'a range, a query and pinned rows': 'v=1&m=1000000,5000000&tab=range&q=state:running&pin=p0,p1&hide=heap',
    'a query': 'v=1&q=state:runnable&tab=matches',
    'the table of goroutines': 'v=1&tab=goroutines&sort=-life&q=state:running',
    'the critical path': 'v=1&tab=path&path=critical',
  };
  for (const [name, fragment] of Object.entries(views)) {
    test(`that shows ${name}, on a screen and on a telephone`, async (context) => {
      const page = await openTracePage(context, file, fragment, { colorScheme });
      await expect.poll(() => textOf(page, '.details')).not.toBe('');
      expect(await faultsOf(page)).toEqual([]);
      await page.setViewport({ width: 375, height: 667 });
      expect(await faultsOf(page)).toEqual([]);
    });
  }

  test('that shows its help, or the menu of a row', async (context) => {
    const page = await openTracePage(context, file, '', { colorScheme });
    await key(page, '?');
    await page.waitForSelector('dialog[open]');
    expect(await faultsOf(page)).toEqual([]);
    await key(page, 'Escape');
    await page.waitForSelector('dialog', { hidden: true });
    await key(page, 'j');
    await expect.poll(() => textsOf(page, '.label.current')).toHaveLength(1);
    await key(page, 'o');
    await page.waitForSelector('.menu');
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe.each(browserNames)('by keyboard alone in %s', (browser) => {
  test('everything can be done', async (context) => {
    const page = await openTracePage(context, file, '', { browser });
    const current = async () => (await textsOf(page, '.label.current .name'))[0];
    const go = async (name: RegExp) => {
      for (let k = 0; k < 60 && !name.test((await current()) ?? ''); k++) {
        const before = await current();
        await key(page, 'j');
        await expect.poll(current).not.toBe(before);
      }
      expect(await current()).toMatch(name);
    };
    // Time: zoom, pan, whole.
    await key(page, 'w');
    await expect.poll(async () => (await chosenIn(page)).range).toBeDefined();
    const zoomed = (await chosenIn(page)).range!;
    await key(page, 'd');
    await expect.poll(async () => (await chosenIn(page)).range!.fromNs).toBeGreaterThan(zoomed.fromNs);
    await key(page, 'ArrowLeft');
    await key(page, 's');
    await key(page, '0');
    await until(page, { range: undefined });
    // Rows: the menu, pin, hide, move, open.
    await go(/^Heap$/);
    await key(page, 'o');
    await page.waitForSelector('.menu button:focus');
    await key(page, 'ArrowDown');
    await key(page, 'Enter');
    await until(page, { hidden: ['heap'] });
    await key(page, 'H');
    await until(page, { hidden: [] });
    await go(/^Runtime/);
    await key(page, 'u');
    await until(page, {
      order: ['runtime', 'statistics', 'procs', 'threads', 'bodies', 'goroutines', 'tasks', 'objects'],
    });
    await key(page, 'U');
    await until(page, {
      order: ['statistics', 'runtime', 'procs', 'threads', 'bodies', 'goroutines', 'tasks', 'objects'],
    });
    await go(/^P 1$/);
    await key(page, 'i');
    await until(page, { pinned: ['p1'] });
    await key(page, 'i');
    await until(page, { pinned: [] });
    // A span: select, fit, measure, the chain, nothing again.
    await key(page, 'Enter');
    await expect.poll(async () => (await chosenIn(page)).selection?.key).toBe('p1');
    await key(page, 'f');
    await expect.poll(async () => (await chosenIn(page)).range).toBeDefined();
    await key(page, 'm');
    await until(page, { tab: 'range' });
    expect((await chosenIn(page)).measured).toBeDefined();
    const before = (await chosenIn(page)).selection!.event;
    await key(page, '[');
    await expect.poll(async () => (await chosenIn(page)).selection?.event).not.toBe(before);
    await key(page, ']');
    await key(page, 'n');
    await key(page, 'p');
    await key(page, 'Escape');
    await until(page, { selection: undefined, measured: undefined });
    // Marks, the clock, the modes.
    await key(page, 'm');
    await expect.poll(async () => (await chosenIn(page)).marks.length).toBe(1);
    await key(page, 'M');
    await until(page, { marks: [] });
    await key(page, 'c');
    await until(page, { isWallTime: true });
    expect(await textOf(page, '.axis .tick')).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
    await key(page, '4');
    await expect.poll(() => textOf(page, '.modes [aria-checked=true]')).toBe('Measure');
    // The query, and its matches.
    await key(page, '/');
    await page.keyboard.type('state:running');
    await until(page, { query: 'state:running', tab: 'matches' });
    await key(page, 'Enter');
    await expect.poll(async () => (await chosenIn(page)).selection).toBeDefined();
    await key(page, 'Escape');
    // Help.
    await key(page, '?');
    await page.waitForSelector('dialog[open]');
    await key(page, 'Escape');
    await expect.poll(() => textsOf(page, 'dialog')).toEqual([]);
  });

  test('all controls are reached with the Tab key, in the order of the page', async (context) => {
    const page = await openTracePage(context, file, 'v=1&tab=goroutines', { browser });
    const seen: string[] = [];
    await page.evaluate('document.activeElement.blur()');
    for (let k = 0; k < 60; k++) {
      await key(page, 'Tab');
      const name = (await page.evaluate(`(() => {
        const each = document.activeElement;
        return each === document.body ? '' : each.getAttribute('aria-label') || each.textContent.trim() || each.id;
      })()`)) as string;
      if (name === '' || seen.includes(name)) break;
      seen.push(name);
    }
    expect(seen.slice(0, 14)).toEqual([
      'query',
      'Select',
      'Zoom out',
      'Zoom in',
      'Whole',
      'Clock',
      'PNG',
      'SVG',
      'Help',
      'Open a trace',
      'Rows',
    ]);
    expect(seen).toContain('Goroutines');
  });
});

describe.each(browserNames)('on small screens in %s', (browser) => {
  for (const [width, height] of [
    [375, 667],
    [820, 1180],
    [1024, 768],
  ] as const) {
    test(`of ${width} x ${height} nothing is cut off, and the picture has two fifths of the height`, async (context) => {
      const page = await openTracePage(context, file, '', { browser, width, height });
      const sizes = (await page.evaluate(`[
        document.documentElement.scrollWidth, document.documentElement.scrollHeight,
        document.querySelector('.timeline').clientHeight,
      ]`)) as number[];
      expect(sizes[0]).toBeLessThanOrEqual(width);
      expect(sizes[1]).toBeLessThanOrEqual(height);
      expect(sizes[2]).toBeGreaterThanOrEqual(0.4 * height);
    });
  }

  test('nothing moves that the reader does not move', async (context) => {
    const page = await openTracePage(context, file, '', { browser, reducedMotion: true });
    const moving = await page.evaluate(`Array.from(document.querySelectorAll('*')).filter((each) => {
      const { animationName, transitionDuration } = getComputedStyle(each);
      return animationName !== 'none' || !/^0s(, 0s)*$/.test(transitionDuration);
    }).length`);
    expect(moving).toBe(0);
  });
});

describe('with fingers', () => {
  test('a tap selects, one finger pans, two zoom', async (context) => {
    const page = await openTracePage(context, file, '', {});
    const session = await page.createCDPSession();
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
    const row = (await (await page.$('[id="row-1-p1"]'))!.boundingBox())!;
    const y = row.y + row.height / 2;
    const box = (await (await page.$('.picture'))!.boundingBox())!;
    const middle = box.x + box.width / 2;
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
    await touch('touchStart', middle);
    await touch('touchEnd');
    await expect.poll(async () => (await chosenIn(page)).selection?.key).toBe('p1');
    await touch('touchStart', middle - 50, middle + 50);
    for (let by = 60; by <= 150; by += 10) await touch('touchMove', middle - by, middle + by);
    await touch('touchEnd');
    await expect.poll(async () => (await chosenIn(page)).range).toBeDefined();
    const zoomed = (await chosenIn(page)).range!;
    expect(zoomed.toNs - zoomed.fromNs).toBeLessThan(26e6 / 2);
    await touch('touchStart', middle);
    for (let by = 10; by <= 100; by += 10) await touch('touchMove', middle - by);
    await touch('touchEnd');
    await expect.poll(async () => (await chosenIn(page)).range!.fromNs).toBeGreaterThan(zoomed.fromNs);
  });
});
