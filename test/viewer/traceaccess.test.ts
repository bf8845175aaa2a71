// Access to the page of a trace: what axe finds, all by keyboard alone, small screens, touch.

import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, test } from 'vitest';
import { browserNames, closeBrowser, openPage, textOf, textsOf } from '../support/browser.js';
import { chosenIn, openTracePage, pixelsOf, servedTrace, untilRead } from '../support/tracepage.js';

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

/** What a screen reader is told last. */
const told = (page: Page) => textOf(page, '.unseen[role=status]');
const lengthOf = (range: { readonly fromNs: number; readonly toNs: number } | undefined) =>
  range === undefined ? Number.POSITIVE_INFINITY : range.toNs - range.fromNs;

afterAll(closeBrowser);

describe.each(['light', 'dark'] as const)('axe finds nothing serious on the page of a trace in %s', (colorScheme) => {
  test('that has no trace', async (context) => {
    const { page } = await openPage(context, await servedTrace(undefined), { colorScheme });
    await expect.poll(() => textOf(page, 'header .about')).toContain('Choose a trace');
    expect(await textOf(page, '.picture .empty')).toContain('No trace is open');
    expect(await faultsOf(page)).toEqual([]);
    await page.setViewport({ width: 375, height: 667 });
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
    await page.setViewport({ width: 375, height: 667 });
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
    const go = async (name: RegExp, by: 'j' | 'k' = 'j') => {
      for (let k = 0; k < 60 && !name.test((await current()) ?? ''); k++) {
        const before = await current();
        await key(page, by);
        await expect.poll(current).not.toBe(before);
      }
      expect(await current()).toMatch(name);
    };
    expect(await told(page)).toBe('web-1.26-p8.trace is read');
    // Time: zoom, pan, whole.
    await key(page, 'w');
    await expect.poll(async () => (await chosenIn(page)).range).toBeDefined();
    const zoomed = (await chosenIn(page)).range!;
    await key(page, 'd');
    await expect.poll(async () => (await chosenIn(page)).range!.fromNs).toBeGreaterThan(zoomed.fromNs);
    const panned = (await chosenIn(page)).range!;
    await key(page, 'ArrowLeft');
    await expect.poll(async () => (await chosenIn(page)).range!.fromNs).toBeLessThan(panned.fromNs);
    await key(page, 's');
    await expect
      .poll(async () => lengthOf((await chosenIn(page)).range))
      .toBeGreaterThan(1.4 * (zoomed.toNs - zoomed.fromNs));
    await key(page, '0');
    await until(page, { range: undefined });
    await expect.poll(() => told(page)).toMatch(/^the whole trace, \d/);
    // The rows as a whole.
    const top = async () => (await chosenIn(page)).scrollTop;
    await key(page, 'End');
    await expect.poll(top).toBeGreaterThan(0);
    const last = await top();
    await key(page, 'PageUp');
    await expect.poll(top).toBeLessThan(last);
    await key(page, 'Home');
    await expect.poll(top).toBe(0);
    await key(page, 'ArrowDown');
    await expect.poll(top).toBe(40);
    await key(page, 'ArrowUp');
    await expect.poll(top).toBe(0);
    // Rows: the menu, pin, hide, move, open.
    await go(/^Heap$/);
    await expect.poll(() => told(page)).toMatch(/^Heap, \d+ MiB$/);
    await key(page, 'o');
    await page.waitForSelector('.menu button:focus');
    await key(page, 'ArrowDown');
    await key(page, 'Enter');
    await until(page, { hidden: ['heap'] });
    expect(await told(page)).toBe('Heap is hidden');
    expect(await textsOf(page, '.toolbar button')).toContain('1 hidden: show');
    await key(page, 'H');
    await until(page, { hidden: [] });
    // The group of a row moves from the row as well.
    await go(/^GC$/);
    await key(page, 'u');
    await until(page, {
      order: ['runtime', 'statistics', 'procs', 'threads', 'bodies', 'goroutines', 'tasks', 'objects'],
    });
    await key(page, 'u');
    await expect.poll(() => told(page)).toBe('Runtime is the first group');
    await key(page, 'U');
    await until(page, {
      order: ['statistics', 'runtime', 'procs', 'threads', 'bodies', 'goroutines', 'tasks', 'objects'],
    });
    await go(/^Threads · /);
    await key(page, 'Enter');
    await until(page, { toggled: ['threads'] });
    await expect.poll(() => textsOf(page, '.label .name')).toContainEqual(expect.stringMatching(/^M \d+$/));
    await key(page, 'h');
    await until(page, { hidden: ['threads'] });
    await key(page, 'H');
    await until(page, { hidden: [] });
    await go(/^P 1$/, 'k');
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
    expect(await told(page)).toBe('dragging measures a range of time');
    await page.focus('.modes [aria-checked=true]');
    await key(page, 'ArrowRight');
    await expect.poll(() => textOf(page, '.modes [aria-checked=true]:focus')).toBe('Select');
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

  test('the rows are a tree that says where it is, to the last row and back', async (context) => {
    // The goroutines of a body are shown twice: an item has an id of its own each time.
    const page = await openTracePage(context, file, 'v=1&open=goroutines,b:main.main', { browser, height: 500 });
    await page.focus('[role=tree]');
    const active = () =>
      page.evaluate(
        `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent`,
      );
    await expect.poll(active).toContain('Statistics');
    await key(page, 'ArrowLeft');
    await expect.poll(() => page.evaluate("document.querySelector('.label.current').ariaExpanded")).toBe('false');
    await key(page, 'ArrowRight');
    await expect.poll(() => page.evaluate("document.querySelector('.label.current').ariaExpanded")).toBe('true');
    const ids = (await page.evaluate("Array.from(document.querySelectorAll('[id]'), ({ id }) => id)")) as string[];
    expect(new Set(ids).size).toBe(ids.length);
    for (let k = 0; k < 150; k++) await key(page, 'ArrowDown');
    await expect.poll(() => told(page), { timeout: 10_000 }).toBe('This is the last row.');
    // The row that it is at is in the picture, whole.
    const isInside = () =>
      page.evaluate(`(() => {
        const [row, all] = ['.label.current', '.labels'].map((each) => document.querySelector(each).getBoundingClientRect());
        return row.top >= all.top - 1 && row.bottom <= all.bottom + 1;
      })()`);
    await expect.poll(isInside).toBe(true);
    for (let k = 0; k < 150; k++) await key(page, 'ArrowUp');
    await expect.poll(() => told(page), { timeout: 10_000 }).toBe('This is the first row.');
    await expect.poll(active).toContain('Statistics');
    await until(page, { scrollTop: 0 });
  });

  test('back and forward undo what was chosen, and a reload shows the same', async (context) => {
    const page = await openTracePage(context, file, '', { browser });
    const whole = await pixelsOf(page);
    await key(page, 'w');
    await expect.poll(() => page.evaluate('location.hash')).toContain('r=');
    const zoomed = await pixelsOf(page);
    expect(zoomed).not.toBe(whole);
    await key(page, 'j');
    await key(page, 'h');
    await until(page, { hidden: ['statistics'] });
    await expect.poll(() => textOf(page, '.label .name')).toMatch(/^Runtime/);
    const hidden = await pixelsOf(page);
    await page.goBack();
    await expect.poll(() => pixelsOf(page)).toBe(zoomed);
    await page.goBack();
    await expect.poll(() => pixelsOf(page)).toBe(whole);
    await page.goForward();
    await page.goForward();
    await expect.poll(() => pixelsOf(page)).toBe(hidden);
    await page.reload();
    await untilRead(page);
    await expect.poll(() => pixelsOf(page)).toBe(hidden);
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
    expect(seen.slice(0, seen.indexOf('Rows') + 1)).toEqual([
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
        document.querySelector('.picture').clientHeight,
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
  test('what is touched is large enough, and in sight at 375 x 667 beside the picture', async (context) => {
    const page = await openTracePage(context, file, 'v=1&hide=heap', {});
    await page.setViewport({ width: 375, height: 667, hasTouch: true, isMobile: true }); // loads the page again
    await untilRead(page);
    expect(await page.evaluate("matchMedia('(pointer: coarse)').matches")).toBe(true);
    const tools = (await page.evaluate(`Array.from(document.querySelectorAll('.toolbar button, .choose'), (each) => {
      const { left, right, width, height } = each.getBoundingClientRect();
      return [each.textContent, left >= 0 && right <= innerWidth, Math.min(width, height) >= 32];
    })`)) as [string, boolean, boolean][];
    expect(tools.filter(([, isInSight, isLarge]) => !isInSight || !isLarge)).toEqual([]);
    expect(tools.map(([text]) => text)).toContain('1 hidden: show');
    expect(await page.evaluate("document.querySelector('.picture').clientHeight / innerHeight")).toBeGreaterThan(0.4);
    // The menu of a row, without a keyboard and without hovering.
    await page.tap('[id="row-1-p1"] .more');
    await page.waitForSelector('.menu');
    expect(await textsOf(page, '.menu button')).toEqual(['Pin above all others', 'Hide']);
    await page.tap('.menu button');
    await until(page, { pinned: ['p1'] });
  });

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
