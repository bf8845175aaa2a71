// mandelweb's pages as a person has them, in Chromium: their icon, their colours, and their width on a telephone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeBrowser, openPage } from '../support/browser.js';
import { startService, webPath } from '../support/service.js';

let url: string;
let end = () => {};
beforeAll(async () => {
  const args = ['-http', '127.0.0.1:0', '-procs', '1', '-quiet'];
  ({ url } = await startService(webPath, args, (kill) => {
    end = kill;
  }));
});
afterAll(async () => {
  await closeBrowser();
  end();
});

describe.each(['/', '/debug/pprof/'])('the page %s', (path) => {
  test('has an icon that is there, and that its policy allows', async (context) => {
    const { page, wrong } = await openPage(context, url + path);
    const href = await page.evaluate(`document.querySelector('link[rel=icon]').getAttribute('href')`);
    expect(href).toBe('/favicon.ico');
    // As a picture of the page it has to pass the same policy as in the tab.
    const width = await page.evaluate(`new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image.width);
      image.onerror = () => reject(new Error('no picture'));
      image.src = '${href}';
    })`);
    expect(width).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  test('follows the colours of its reader', async (context) => {
    const colours: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, wrong } = await openPage(context, url + path, { colorScheme });
      const colour = 'getComputedStyle(document.querySelector("h1")).color';
      colours.push(String(await page.evaluate(colour)));
      expect(wrong).toEqual([]);
    }
    expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
  });

  test('fits into the width of a telephone', async (context) => {
    const { page } = await openPage(context, url + path, { width: 390, height: 800 });
    expect(await page.evaluate(`document.querySelector('meta[name=viewport]').getAttribute('content')`)).toBe(
      'width=device-width, initial-scale=1',
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});

test('the icon is an SVG that may be kept for a day', async () => {
  const answer = await fetch(`${url}/favicon.ico`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
  const svg = await answer.text();
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(svg.length).toBeLessThan(1000);
});
