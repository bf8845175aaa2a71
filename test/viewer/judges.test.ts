// What the browsers notice of a page that is wrong: without it, no test of a page could fail by it.

import { afterAll, describe, expect, test } from 'vitest';
import { type Route, serve as servePage } from '#src/viewer/server/server.js';
import { browserNames, closeBrowser, openPage, textOf } from '../support/browser.js';
import { serve } from '../support/server.js';

afterAll(closeBrowser);

/** A server, without a policy, of a page with this script. */
const served = (script: string) =>
  serve((request, answer) => {
    const isPage = request.url === '/';
    answer.writeHead(isPage ? 200 : 204, { 'Content-Type': 'text/html' });
    answer.end(
      isPage ? `<!doctype html><link rel="icon" href="data:,"><h1></h1><script>${script}</script>` : undefined,
    );
  });

describe.each(browserNames)('%s', (browser) => {
  test.for([
    ['an error', "setTimeout(() => { throw new Error('lost'); })", /lost/],
    ['a promise that is rejected', "Promise.reject(new Error('lost'))", /lost/],
    ['what is printed as an error', "console.error('lost')", /^lost$/],
  ] as const)('notices %s', async ([, script, what], context) => {
    const { wrong } = await openPage(context, await served(script), { browser });
    await expect.poll(() => wrong).toEqual([expect.stringMatching(what)]);
  });

  test('notices a request to another server', async (context) => {
    const other = `${await served('')}/x`;
    const { wrong } = await openPage(context, await served(`fetch('${other}', { mode: 'no-cors' })`), { browser });
    await expect.poll(() => wrong).toEqual([other]);
  });

  test('runs workers of our server under its policy, and no script in the markup', async (context) => {
    const file = (type: string, body: string): Route => {
      return () => ({ type, body });
    };
    const serving = await servePage(
      { host: '127.0.0.1', port: 0 },
      new Map([
        [
          '/',
          file(
            'text/html',
            '<!doctype html><h1>no</h1><script src="a.js"></script><script>document.title = "bad"</script>',
          ),
        ],
        [
          '/a.js',
          file(
            'text/javascript',
            "new Worker('w.js').onmessage = ({ data }) => { document.querySelector('h1').textContent = data; };",
          ),
        ],
        ['/w.js', file('text/javascript', "postMessage('yes')")],
      ]),
    );
    context.onTestFinished(() => serving.close());
    const { page } = await openPage(context, `${serving.url}/`, { browser });
    await expect.poll(() => textOf(page, 'h1')).toBe('yes');
    expect(await page.title()).toBe('');
  });

  test('has the colours and the motion that a test asks for', async (context) => {
    const url = await served('');
    for (const [colorScheme, reducedMotion] of [
      ['light', false],
      ['dark', true],
    ] as const) {
      const { page } = await openPage(context, url, { browser, colorScheme, reducedMotion });
      const matches = (query: string) => page.evaluate(`matchMedia('(${query})').matches`);
      expect(await matches('prefers-color-scheme: dark')).toBe(colorScheme === 'dark');
      expect(await matches('prefers-reduced-motion: reduce')).toBe(reducedMotion);
    }
  });

  test('keeps nothing from one test for the next', async (context) => {
    const url = await served('document.title = String(localStorage.length); localStorage.x = 1');
    for (let k = 0; k < 2; k++) {
      const { page } = await openPage(context, url, { browser });
      expect(await page.title()).toBe('0');
    }
  });
});
