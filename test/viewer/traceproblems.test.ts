// What the page of a trace says when something is wrong: one line, and what can be shown is shown.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ShownTrace } from '#src/viewer/server/trace.js';
import { chunkedTrace } from '../programs/lib/chunkedtrace.js';
import { browserNames, closeBrowser, openPage, textOf, textsOf } from '../support/browser.js';
import { servedTrace } from '../support/tracepage.js';

const whole = readFileSync('test/testdata/gotraces/web-1.26-p8.trace');
const packed = gzipSync(whole);

/** A trace of these bytes. @param fault what its stream ends with; '' for its end */
function traceOf(bytes: Uint8Array, fault = '', broken?: string): ShownTrace {
  async function* pieces() {
    yield bytes;
    // The page has what came before, when the stream fails.
    if (fault !== '') await new Promise((resolve) => setTimeout(resolve, 300));
    if (fault !== '') throw new Error(fault);
  }
  return {
    about: () => ({
      title: 'a.trace',
      source: 'a.trace',
      size: bytes.length,
      ...(broken === undefined ? {} : { broken }),
    }),
    body: () => ({ pieces }),
  };
}

const cut = chunkedTrace(2, 4000, 400, 3).subarray(0, 20_000);
const damaged = Uint8Array.from(packed);
damaged.fill(0xff, 2000, 2100);

/** Traces, what the page says of them, and whether it shows something. */
const table: Readonly<Record<string, readonly [trace: ShownTrace, line: RegExp, isShown: boolean]>> = {
  'an empty file': [traceOf(new Uint8Array(0)), /^a\.trace: trace: the file is empty$/, false],
  'a file that is no trace': [traceOf(Buffer.from('<html>no trace')), /^a\.trace: trace: expected .*, got /, false],
  'a cut file': [traceOf(cut), /^The file is cut or broken after byte \d+ of \d+\.$/, true],
  'a packed file that is damaged': [traceOf(damaged), /expected a gzip file that can be unpacked, got /, false],
  'a stream that breaks off': [
    traceOf(cut, 'gone'),
    /^The trace broke off after 20,000 bytes: .*; what had come is shown$/,
    true,
  ],
  'a stream of which the command says that it broke off': [
    traceOf(whole, '', 'the connection was closed'),
    /^a\.trace: the connection was closed; what had come is shown$/,
    true,
  ],
};

afterAll(closeBrowser);

describe.each(browserNames)('the page of a trace in %s', (browser) => {
  for (const [name, [trace, line, isShown]] of Object.entries(table)) {
    test(`says what is wrong with ${name}`, async (context) => {
      const { page } = await openPage(context, await servedTrace(trace), { browser });
      const said = async () => (await textsOf(page, '#error div')).join('');
      await expect.poll(said, { timeout: 10_000 }).toMatch(line);
      expect((await said()).split('\n')).toHaveLength(1);
      if (isShown) await expect.poll(() => textsOf(page, '.label')).not.toEqual([]);
      else expect(await textsOf(page, '.label')).toEqual([]);
    });
  }

  test('opens what ?url= names if that is on its own server, and nothing else', async (context) => {
    const url = await servedTrace(traceOf(whole));
    const { page } = await openPage(context, `${url}?url=data/trace`, { browser });
    await expect.poll(() => textOf(page, '#title')).toBe('trace');
    await expect.poll(() => textOf(page, 'header .about')).toContain('events');
    for (const other of ['http://127.0.0.1:9/x', '//example.com/x', 'http://[']) {
      await page.goto(`${url}?url=${encodeURIComponent(other)}`);
      await expect
        .poll(() => textOf(page, '#error div'))
        .toBe(
          `?url=: expected an address of ${url.replace(/\/$/, '')}, got ${JSON.stringify(other)}; of others: mandel trace -http localhost:0 ADDRESS`,
        );
    }
  });
});
