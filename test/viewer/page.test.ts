// The page of a profile in browsers: what it shows, what it does, and that its figures are those of the reports.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '#src/pprof/config.js';
import { flameHeading, flameOf, flameSvg } from '#src/pprof/flamesvg.js';
import type { Profile } from '#src/pprof/profile.js';
import { newReport } from '#src/pprof/report.js';
import { topText } from '#src/pprof/top.js';
import { treeText } from '#src/pprof/tree.js';
import { profileRoutes } from '#src/viewer/server/profile.js';
import { serve } from '#src/viewer/server/server.js';
import { browserNames, closeBrowser, fill, named, openPage, textOf, textsOf } from '../support/browser.js';
import { foldedProfile } from '../support/folded.js';
import { tempDir } from '../support/tempdir.js';

const HOSTILE = '<img src=x onerror=alert(1)>::f & "x"';
const lesson = foldedProfile(
  {
    'main.main;main.paint;main.fillPixel': [6, 600_000_000],
    'main.main;main.paint': [1, 100_000_000],
    'main.main;image/png.Encode;compress/flate.Write': [2, 200_000_000],
    [`runtime.mcall;${HOSTILE}`]: [1, 100_000_000],
  },
  ['samples', 'cpu'],
);
const config = { ...defaultConfig, source_path: '/nowhere' };

async function served(profile: Profile = lesson, title = 'cpu.pprof'): Promise<string> {
  const serving = await serve({ host: '127.0.0.1', port: 0 }, profileRoutes({ profile, config, title }));
  onTestFinished(() => serving.close());
  return serving.url;
}

interface Drawn {
  readonly row: number;
  readonly left: number;
  readonly name: string;
  /** Percent of the width. */
  readonly part: number;
}

/** What is shown of the flame graph: the name, and the part of the width, of each frame by rows from the root. */
async function frames(page: Page): Promise<string[][]> {
  await page.waitForSelector('#panel:not(.busy) .frame');
  const all = (await page.evaluate(`
    Array.from(document.querySelectorAll('.frame'), (frame) => ({
      row: Number(frame.getAttribute('aria-level')),
      left: frame.offsetLeft,
      name: frame.getAttribute('aria-label').split(':')[0],
      part: Math.round((100 * frame.clientWidth) / frame.parentElement.clientWidth),
    }))`)) as Drawn[];
  const rows: string[][] = [];
  for (const { row, name, part } of all.sort((a, b) => a.left - b.left)) {
    rows[row - 1] = [...(rows[row - 1] ?? []), `${name} ${part}`];
  }
  return rows;
}

const frame = (name: string) => `.frame[aria-label^=${JSON.stringify(`${name}:`)}]`;
/** The rows of the table. */
const cells = (page: Page) =>
  page.evaluate(`
    Array.from(document.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.children, (cell) => cell.textContent).join('|'))`);
/** A property of the first element that matches. */
const property = (page: Page, selector: string, name: string) =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)}).${name}`);
const queryOf = (page: Page) => new URL(page.url()).search;
const click = (page: Page, selector: string) => page.locator(selector).click();

afterAll(closeBrowser);

describe.each(browserNames)('the page of a profile in %s', (browser) => {
  test('opens with the flame graph, which needs nothing from elsewhere', async (context) => {
    const { page, wrong } = await openPage(context, await served(), { browser });
    expect(await frames(page)).toEqual([
      ['root 100'],
      ['main.main 90', 'runtime.mcall 10'],
      ['image/png.Encode 20', 'main.paint 70', '<img src=x onerror=alert(1)> 10'],
      ['compress/flate.Write 20', 'main.fillPixel 60'],
    ]);
    expect(await page.title()).toBe('cpu.pprof · mandel pprof');
    const [root, leaf] = await Promise.all([
      page.$(frame('root')).then((root) => root!.boundingBox()),
      page.$(frame('main.fillPixel')).then((leaf) => leaf!.boundingBox()),
    ]);
    expect(leaf!.y).toBeLessThan(root!.y);
    expect(wrong).toEqual([]);
  });

  test('zooms to a frame that is clicked, and back', async (context) => {
    const { page, wrong } = await openPage(context, await served(), { browser });
    await click(page, frame('main.paint'));
    await expect.poll(() => queryOf(page)).toContain('zoom=');
    expect(await frames(page)).toEqual([['root 100'], ['main.main 100'], ['main.paint 100'], ['main.fillPixel 86']]);
    const address = page.url();
    await page.goBack();
    expect((await frames(page))[1]).toEqual(['main.main 90', 'runtime.mcall 10']);
    await page.goto(address); // a copied address shows the same
    expect((await frames(page))[3]).toEqual(['main.fillPixel 86']);
    await click(page, named('button', 'Reset zoom'));
    expect((await frames(page))[3]).toEqual(['compress/flate.Write 20', 'main.fillPixel 60']);
    expect(wrong).toEqual([]);
  });

  test('tells at its foot what the mouse or the keyboard is at', async (context) => {
    const { page, wrong } = await openPage(context, await served(), { browser });
    const says = () => textOf(page, '[role=status]');
    await page.hover(frame('main.paint'));
    expect(await says()).toBe('main.paint: 700ms (70.00%), own 100ms (10.00%) · /src/mainpaint.go');
    await page.focus(frame('root'));
    for (const [key, name] of [
      ['ArrowUp', 'main.main'],
      ['ArrowUp', 'main.paint'],
      ['ArrowLeft', 'image/png.Encode'],
      ['ArrowUp', 'compress/flate.Write'],
      ['ArrowDown', 'image/png.Encode'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await says()).toMatch(new RegExp(`^${name}: `));
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => queryOf(page)).toContain('zoom=');
    expect((await frames(page))[2]).toEqual(['image/png.Encode 100']);
    await page.keyboard.press('Escape');
    await expect.poll(() => queryOf(page)).not.toContain('zoom');
    expect((await frames(page))[2]).toHaveLength(3);
    expect(wrong).toEqual([]);
  });

  test('marks what is searched for, and says how much that is', async (context) => {
    const { page, wrong } = await openPage(context, await served(), { browser });
    await frames(page);
    await page.keyboard.press('/');
    await page.keyboard.type('(?i)PAINT|flate');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.frame.marked');
    expect(await textsOf(page, '.frame.marked')).toEqual(['compress/flate.Write', 'main.paint']);
    expect(await textOf(page, '.about')).toContain('Search: 2 functions, 900ms (90.00%) in and below');
    await click(page, named('tab', 'Top'));
    await page.waitForSelector('tr.marked');
    expect(await textsOf(page, 'tr.marked')).toHaveLength(2);
    expect(wrong).toEqual([]);
  });

  test('says what is wrong with a pattern, keeps what it showed, and goes on', async (context) => {
    const { page } = await openPage(context, await served(), { browser });
    await frames(page);
    await fill(page, '#focus', '(');
    await page.keyboard.press('Enter');
    await expect.poll(() => textOf(page, '[role=alert]')).toMatch(/^focus: expected a regular expression, got "\("/);
    expect(await frames(page)).toHaveLength(4);
    await fill(page, '#focus', '(a*)*(a*)*b$');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#panel:not(.busy)');
    await fill(page, '#focus', 'png');
    await page.keyboard.press('Enter');
    await expect.poll(() => queryOf(page)).toContain('focus=png');
    await expect
      .poll(() => frames(page))
      .toEqual([['root 100'], ['main.main 100'], ['image/png.Encode 100'], ['compress/flate.Write 100']]);
    expect(await property(page, '[role=alert]', 'hidden')).toBe(true);
  });

  test('has the table of -top and -top -cum', async (context) => {
    const { page, wrong } = await openPage(context, `${await served()}/?view=top`, { browser });
    for (const sort of ['cum', 'flat'] as const) {
      await click(page, `#by-${sort} button`);
      const text = [...topText(newReport(lesson, 'top', { ...config, sort }))].join('').split('\n');
      const rows = text
        .filter((line) => /^\s+\d/.test(line))
        .map((line) => /^\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line)!.slice(1).join('|'));
      expect(rows).toHaveLength(7);
      await expect.poll(() => cells(page)).toEqual(rows);
      expect(await property(page, `#by-${sort}`, "getAttribute('aria-sort')")).toBe('descending');
    }
    expect(wrong).toEqual([]);
  });

  test('leads from a row of the table to its callers and callees, and to its source', async (context) => {
    const { page, wrong } = await openPage(context, `${await served()}/?view=top`, { browser });
    await click(page, named('button', 'main.paint'));
    await page.waitForSelector('pre');
    expect(await textOf(page, 'pre')).toBe([...treeText(newReport(lesson, 'peek', config), '^main\\.paint$')].join(''));
    await click(page, named('tab', 'Source'));
    await page.waitForSelector('h2');
    expect(await textOf(page, 'h2')).toBe('main.paint');
    expect(await textOf(page, '.source .about')).toContain('100ms in itself, 700ms (70.00%) with what it calls');
    expect(wrong).toEqual([]);
  });

  test('opens the callers and the source of the first function of the table, if no function is asked for', async (context) => {
    const { page, wrong } = await openPage(context, `${await served()}/?view=peek`, { browser });
    await page.waitForSelector('pre');
    expect(await property(page, '#func', 'value')).toBe('^main\\.fillPixel$');
    expect(await textOf(page, 'pre')).toBe(
      [...treeText(newReport(lesson, 'peek', config), '^main\\.fillPixel$')].join(''),
    );
    await click(page, named('tab', 'Source'));
    await page.waitForSelector('h2');
    expect(await textsOf(page, 'h2')).toEqual(['main.fillPixel']);
    // Of another part of the profile it is the first of that.
    await fill(page, '#focus', 'png');
    await page.keyboard.press('Enter');
    await expect.poll(() => textsOf(page, 'h2')).toEqual(['compress/flate.Write']);
    expect(new URL(page.url()).searchParams.has('func')).toBe(false);
    expect(wrong).toEqual([]);
  });

  test('draws the graph, to move and to zoom', async (context) => {
    const { page, wrong } = await openPage(context, `${await served()}/?view=graph`, { browser });
    await page.waitForSelector('.graph svg');
    expect(await textsOf(page, '.graph g.node')).toHaveLength(7);
    expect(await textsOf(page, '.graph g.edge')).toHaveLength(5);
    const box = async () =>
      String(await property(page, '.graph svg', "getAttribute('viewBox')"))
        .split(' ')
        .map(Number);
    const whole = await box();
    await click(page, named('button', 'Zoom in'));
    expect((await box())[2]).toBeCloseTo(whole[2]! / 1.25);
    await page.focus('div.graph');
    await page.keyboard.press('ArrowRight');
    expect((await box())[0]).toBeGreaterThan(whole[0]!);
    await page.keyboard.press('0');
    expect(await box()).toEqual(whole);
    await page.hover('div.graph');
    await page.mouse.down();
    await page.mouse.move(300, 300);
    await page.mouse.up();
    expect(await box()).not.toEqual(whole);
    await click(page, named('button', 'Show all'));
    await fill(page, '#mark', 'paint');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.graph .node.marked');
    expect(await textsOf(page, '.graph .node.marked')).toHaveLength(1);
    await click(page, '.graph .node.marked');
    await page.waitForSelector('pre');
    expect(await property(page, '#func', 'value')).toBe('^main\\.paint$');
    expect(wrong).toEqual([]);
  });

  test('shows another sample type in all views', async (context) => {
    const { page, wrong } = await openPage(context, `${await served()}/?view=top`, { browser });
    await page.waitForSelector('#sample');
    expect(await textsOf(page, '#sample option')).toEqual(['samples', 'cpu']);
    await page.select('#sample', 'samples');
    await expect.poll(() => cells(page)).toContain('6|60.00%|60.00%|6|60.00%|main.fillPixel');
    await click(page, named('tab', 'Flame graph'));
    await frames(page);
    await page.hover(frame('main.fillPixel'));
    expect(await textOf(page, '[role=status]')).toMatch(/^main\.fillPixel: 6 \(60\.00%\)/);
    expect(wrong).toEqual([]);
  });

  test('has tabs that arrows go through', async (context) => {
    const { page, wrong } = await openPage(context, await served(), { browser });
    await frames(page);
    await page.focus(named('tab', 'Flame graph'));
    const selected = () => textOf(page, '[role=tab][aria-selected=true]');
    for (const [key, name] of [
      ['ArrowRight', 'Top'],
      ['ArrowRight', 'Graph'],
      ['End', 'Source'],
      ['ArrowRight', 'Flame graph'],
      ['ArrowLeft', 'Source'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await selected()).toBe(name);
    }
    expect(await property(page, '[role=tabpanel]', "getAttribute('aria-labelledby')")).toBe('tab-source');
    expect(wrong).toEqual([]);
  });

  test('follows the colours and the width that its reader has', async (context) => {
    const url = await served();
    const colours: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openPage(context, url, { browser, colorScheme, width: 800, height: 600 });
      await frames(page);
      colours.push(String(await page.evaluate('getComputedStyle(document.body).backgroundColor')));
      for (const tab of ['Top', 'Graph', 'Peek', 'Source']) {
        await click(page, named('tab', tab));
        await page.waitForSelector(`#panel:not(.busy)[data-view=${tab.toLowerCase()}]`);
        expect(await page.evaluate('document.documentElement.scrollWidth'), tab).toBe(800);
      }
    }
    expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(22, 24, 29)']);
  });

  test('of an empty profile says that there is nothing', async (context) => {
    const empty = foldedProfile({ 'main.main': 0 });
    const { page, wrong } = await openPage(context, await served(empty, HOSTILE), { browser });
    await expect.poll(() => textOf(page, '#panel')).toContain('Nothing was sampled here.');
    expect(await textOf(page, 'h1')).toBe(HOSTILE);
    for (const tab of ['Top', 'Graph', 'Peek', 'Source']) {
      await click(page, named('tab', tab));
      await page.waitForSelector(`#panel:not(.busy)[data-view=${tab.toLowerCase()}]`);
    }
    expect(await textOf(page, '#panel .about')).toMatch(/^Type a function's name/);
    expect(wrong).toEqual([]);
  });
});

describe.each(browserNames)("a flame graph's SVG in %s", (browser) => {
  test('zooms, marks, and takes both back', async (context) => {
    const file = join(tempDir(), 'flame.svg');
    const report = newReport(lesson, 'flame', config);
    writeFileSync(file, flameSvg(flameOf(report), flameHeading(report, flameOf(report))));
    const { page, wrong } = await openPage(context, String(pathToFileURL(file)), { browser });
    const widths = () =>
      page.evaluate(`
        Object.fromEntries(Array.from(document.querySelectorAll('.frame'), (g) =>
          [g.querySelector('title').textContent.split(':')[0], g.style.display ? 0 : Math.round(g.querySelector('rect').getBBox().width)]))`);
    const start = await widths();
    expect(start).toMatchObject({ root: 1180, 'main.main': 1062, 'main.paint': 826, 'runtime.mcall': 118 });
    await click(page, `::-p-xpath(//*[@class='frame'][starts-with(., 'main.paint:')]/*[local-name()='rect'])`);
    expect(await widths()).toMatchObject({
      root: 1180,
      'main.main': 1180,
      'main.paint': 1180,
      'main.fillPixel': 1011,
      'runtime.mcall': 0,
    });
    page.once('dialog', (dialog) => void dialog.accept('main'));
    await click(page, '#flame-search');
    expect(await textOf(page, '#flame-says')).toBe('Found in 3 frames.');
    expect(await textsOf(page, '.found')).toHaveLength(3);
    page.once('dialog', (dialog) => void dialog.accept('('));
    await click(page, '#flame-search');
    expect(await textOf(page, '#flame-says')).toMatch(/^Invalid regular expression|^unterminated parenthetical/);
    await page.keyboard.press('Escape');
    expect(await widths()).toEqual(start);
    expect(await textsOf(page, '.found')).toHaveLength(0);
    expect(wrong).toEqual([]);
  });
});
