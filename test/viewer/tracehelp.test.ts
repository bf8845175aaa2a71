// The words of the page of a trace: its sheet of help says what docs/trace.md says.

import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, test } from 'vitest';
import { activityClasses } from '#src/viewer/timeline/classes.js';
import { activityWords } from '#src/viewer/timeline/words.js';
import { closeBrowser, named } from '../support/browser.js';
import { openTracePage } from '../support/tracepage.js';

const docs = readFileSync('docs/trace.md', 'utf8');
const file = 'test/testdata/gotraces/channels-1.26-p4.trace';

/** The part of the page under a heading of the second level. */
function partOf(heading: string): string {
  const begin = docs.indexOf(`\n## ${heading}\n`);
  expect(begin, heading).toBeGreaterThan(0);
  const end = docs.indexOf('\n## ', begin + 1);
  return docs.slice(begin, end);
}

/** The rows of the tables of a part, without their heads. */
function rowsOf(part: string): string[][] {
  const lines = part.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.map((line) => line.split('|').slice(1, -1));
  return rows
    .filter((_, k) => !/^[|\s-]+$/.test(lines[k]!) && !/^[|\s-]+$/.test(lines[k + 1] ?? ''))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')));
}

/** By title: the rows of the tables of the sheet. */
async function sheetOf(page: Page): Promise<Record<string, string[][]>> {
  return (await page.evaluate(`Object.fromEntries(Array.from(document.querySelectorAll('dialog table'), (table) => [
    table.getAttribute('aria-label'),
    Array.from(table.querySelectorAll('tbody tr'), (row) => Array.from(row.children, (cell) => {
      const keys = Array.from(cell.querySelectorAll('kbd'), (key) => key.textContent);
      return keys.length > 0 ? keys.join(' ') : cell.textContent.trim();
    })),
  ]))`)) as Record<string, string[][]>;
}

/** What has the focus. */
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');

afterAll(closeBrowser);

describe('the sheet of help', () => {
  test('has the keys and the pointer as docs/trace.md, and all activities', async (context) => {
    const page = await openTracePage(context, file, '', {});
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    const { 'Colours of goroutines': colours, ...sheet } = await sheetOf(page);
    const parts = partOf('Hands').split('\n### ').slice(1);
    const told = Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf('\n')), rowsOf(part)]));
    expect(sheet).toEqual(told);
    expect(colours!.map(([, from, to]) => [from, to])).toEqual(activityWords.map(({ from, to }) => [from, to]));
    const names = activityClasses.slice(1).map(({ letter, name }) => `${letter} ${name}`);
    expect(colours!.map(([name]) => name!.replace(/ \(.*\)$/, ''))).toEqual(names);
  });

  test('describes the activities in the words of docs/trace.md', () => {
    const rows = activityWords.map(({ word, from, to }) => [word, from, to]);
    expect(rowsOf(partOf('Activities of a goroutine'))).toEqual(rows);
  });

  test('keeps the focus while it is open, and gives it back', async (context) => {
    const page = await openTracePage(context, file, '', {});
    const close = [
      () => page.keyboard.press('Escape'),
      () => page.keyboard.press('?'),
      () => page.keyboard.press('Enter'),
    ];
    for (const each of close) {
      await page.focus(named('button', 'Help'));
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      expect(await focused(page)).toBe('Close');
      expect(await page.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
      await each();
      await page.waitForSelector('dialog', { hidden: true });
      await expect.poll(() => focused(page)).toBe('Help');
    }
    // Keys of the page do nothing under it.
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('w');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { hidden: true });
    expect(await page.evaluate('location.hash')).toBe('');
  });
});
