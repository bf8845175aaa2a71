// The server of the page of a trace: how the bytes of a trace get from a file, a server or a pipe to the page.

import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Watch } from '#src/trace/file.js';
import { checkSource } from '#src/trace/file.js';
import { type Route, serve as servePage } from '#src/viewer/server/server.js';
import { ArrivingTrace, traceData, traceInFile } from '#src/viewer/server/trace.js';
import { serve } from '../support/server.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

const bytes = Buffer.from(story().bytes);
const HALF = bytes.length >> 1;

async function served(routes: ReadonlyMap<string, Route>): Promise<string> {
  const serving = await servePage({ host: '127.0.0.1', port: 0 }, routes);
  onTestFinished(() => serving.close());
  return serving.url;
}

/** A server of pieces that the test makes. */
function servedPieces(pieces: () => AsyncGenerator<Uint8Array>, length?: number): Promise<string> {
  const body = length === undefined ? { pieces } : { pieces, length };
  return served(new Map([['/x', () => ({ type: 'text/plain', body })]]));
}

/** A promise, and what resolves it. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** The head of an answer, whose body is not read yet. */
function begin(url: string): Promise<{ readonly sent: ClientRequest; readonly answer: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent: false }, (answer) => resolve({ sent, answer }));
    sent.on('error', reject);
  });
}

const read = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
const about = async (url: string) => (await fetch(`${url}/data/about`)).json();

describe('a body in pieces', () => {
  test('is sent as it comes', async () => {
    const more = signal();
    const url = await servedPieces(async function* () {
      yield Buffer.from('first');
      await more.given;
      yield Buffer.from('second');
    });
    const reader = (await fetch(`${url}/x`)).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    more.give();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('second');
    expect((await reader.read()).done).toBe(true);
  });

  test('has its length, if that is known', async () => {
    const pieces = async function* () {
      yield Buffer.from('all');
    };
    const known = await fetch(`${await servedPieces(pieces, 3)}/x`);
    expect(known.headers.get('content-length')).toBe('3');
    expect(await known.text()).toBe('all');
    const unknown = await fetch(`${await servedPieces(pieces)}/x`);
    expect(unknown.headers.get('content-length')).toBe(null);
    expect(await unknown.text()).toBe('all');
  });

  test('is not asked for by HEAD', async () => {
    let asked = 0;
    const url = await servedPieces(async function* () {
      asked++;
      yield Buffer.from('all');
    }, 3);
    const answer = await fetch(`${url}/x`, { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe('3');
    expect(asked).toBe(0);
  });

  test('may be empty', async () => {
    const url = await servedPieces(async function* () {});
    const answer = await fetch(`${url}/x`);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test('waits for a client that does not read, and is closed when the client goes', async () => {
    const MOST = 200;
    let made = 0;
    const closed = signal();
    const url = await servedPieces(async function* () {
      try {
        for (; made < MOST; made++) yield Buffer.alloc(1 << 20);
      } finally {
        closed.give();
      }
    });
    const { sent, answer } = await begin(`${url}/x`);
    await new Promise((resolve) => answer.once('readable', resolve));
    sent.destroy();
    await closed.given;
    // What the buffers of the system take; all 200 MB if nothing waited for the client.
    expect(made).toBeLessThan(MOST / 2);
  });

  test.each([
    ['an error after the first piece', 10, true],
    ['fewer bytes than its length', 10, false],
  ])('with %s breaks the connection off', async (_, length, isThrown) => {
    const url = await servedPieces(async function* () {
      yield Buffer.from('first');
      if (isThrown) throw new Error('lost');
    }, length);
    await expect(read(`${url}/x`)).rejects.toThrow();
  });

  test('whose first piece cannot be had is answered as an error', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    const url = await servedPieces(async function* () {
      throw new Error('not to be had');
    }, 10);
    const answer = await fetch(`${url}/x`);
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'not to be had' }]);
  });
});

/** A folder with a trace in it, as a file. */
function traceFile(content: Uint8Array = bytes): string {
  const path = join(tempDir(), 'a.trace');
  writeFileSync(path, content);
  return path;
}

const inFile = async (path: string) => served(traceData(traceInFile(path, (await checkSource(path))!)));

describe('a trace in a file', () => {
  test.each([
    ['as it is', bytes],
    ['packed', gzipSync(bytes)],
  ])('is sent %s', async (_, content) => {
    const path = traceFile(content);
    const url = await inFile(path);
    expect(await about(url)).toEqual({ title: 'a.trace', source: path, size: content.length });
    expect(await read(`${url}/data/trace`)).toEqual(Buffer.from(content));
    const head = await fetch(`${url}/data/trace`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(content.length));
  });

  test('is read anew for each request', async () => {
    const path = traceFile();
    const url = await inFile(path);
    appendFileSync(path, 'more');
    expect(await read(`${url}/data/trace`)).toEqual(Buffer.concat([bytes, Buffer.from('more')]));
    rmSync(path);
    const answer = await fetch(`${url}/data/trace`);
    expect([answer.status, await answer.json()]).toEqual([400, { error: `trace: ${path}: no such file` }]);
  });

  test('is for this machine alone', async () => {
    const url = await inFile(traceFile());
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${url}/data/trace`, { headers: { Host: 'evil.example' }, agent: false }, (answer) =>
        resolve(answer.statusCode),
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(status).toBe(403);
  });

  test.each([
    [
      'text',
      Buffer.from('hello, this is no trace'),
      'not a Go execution trace: expected "go 1.11 trace" or the like at its beginning',
    ],
    ['nothing', Buffer.alloc(0), 'the file is empty'],
    [
      'a packed profile',
      gzipSync('profile'),
      'expected a trace in the gzip file, got something else; mandel pprof reads profiles',
    ],
    [
      'a trace of 2030',
      Buffer.from('go 1.99 trace\0\0\0'),
      'this is a "go 1.99 trace", which is newer than this program; traces of Go 1.7 to 1.26 can be read',
    ],
  ])('with %s is refused before it is served', async (_, content, why) => {
    const path = traceFile(content);
    await expect(checkSource(path)).rejects.toThrow(`trace: ${path}: ${why}`);
  });
});

test('without a trace the page learns that it has to ask for one', async () => {
  const url = await served(traceData(undefined));
  expect(await about(url)).toEqual({ title: '', source: '', size: 0 });
  expect((await fetch(`${url}/data/trace`)).status).toBe(404);
});

describe('a trace that is fetched', () => {
  /** A server whose answer the test makes, and the page of what comes from it. */
  async function arriving(listener: Parameters<typeof serve>[0], watch?: (ms: number, onSilence: () => void) => Watch) {
    const source = `${await serve(listener)}/debug/pprof/trace`;
    const trace = new ArrivingTrace(source, watch ? { watch } : {});
    onTestFinished(() => trace.stop());
    const url = await served(traceData(trace));
    return { source, url, ended: trace.read() };
  }

  test('is sent while it arrives, and the same again', async () => {
    const more = signal();
    let asked = 0;
    const { source, url, ended } = await arriving(async (_, answer) => {
      asked++;
      answer.write(bytes.subarray(0, HALF));
      await more.given;
      answer.end(bytes.subarray(HALF));
    });
    const reader = (await fetch(`${url}/data/trace`)).body!.getReader();
    expect(Buffer.from((await reader.read()).value!)).toEqual(bytes.subarray(0, HALF));
    expect(await about(url)).toEqual({ title: source, source, size: 0 });
    const second = read(`${url}/data/trace`);
    more.give();
    expect(Buffer.from((await reader.read()).value!)).toEqual(bytes.subarray(HALF));
    expect((await reader.read()).done).toBe(true);
    expect(await second).toEqual(bytes);
    expect(await ended).toBeUndefined();
    const third = await fetch(`${url}/data/trace`);
    expect(third.headers.get('content-length')).toBe(String(bytes.length));
    expect(Buffer.from(await third.arrayBuffer())).toEqual(bytes);
    expect(await about(url)).toEqual({ title: source, source, size: bytes.length });
    expect(asked).toBe(1);
  });

  test('says how long it will be, if its server does', async () => {
    const more = signal();
    const { url, ended } = await arriving(async (_, answer) => {
      answer.writeHead(200, { 'Content-Length': bytes.length });
      answer.write(bytes.subarray(0, HALF));
      await more.given;
      answer.end(bytes.subarray(HALF));
    });
    const first = await fetch(`${url}/data/trace`);
    expect(await about(url)).toMatchObject({ size: bytes.length });
    // Not promised: it may break off.
    expect(first.headers.get('content-length')).toBe(null);
    more.give();
    await ended;
    await first.body!.cancel();
  });

  test('goes on for other clients when one leaves', async () => {
    const more = signal();
    const { url, ended } = await arriving(async (_, answer) => {
      answer.write(bytes.subarray(0, HALF));
      await more.given;
      answer.end(bytes.subarray(HALF));
    });
    const { sent, answer } = await begin(`${url}/data/trace`);
    await new Promise((resolve) => answer.once('readable', resolve));
    sent.destroy();
    more.give();
    expect(await read(`${url}/data/trace`)).toEqual(bytes);
    expect(await ended).toBeUndefined();
  });

  test('that breaks off ends there, and the page learns why', async () => {
    const lost = signal();
    const { source, url, ended } = await arriving(async (_, answer) => {
      answer.write(bytes.subarray(0, HALF));
      await lost.given;
      answer.destroy();
    });
    const all = read(`${url}/data/trace`);
    lost.give();
    const broken = `the connection broke off after ${HALF} bytes`;
    expect(await ended).toBe(`trace: ${source}: ${broken}; what had come is shown`);
    expect(await all).toEqual(bytes.subarray(0, HALF));
    expect(await about(url)).toEqual({ title: source, source, size: HALF, broken });
    expect(await read(`${url}/data/trace`)).toEqual(bytes.subarray(0, HALF));
  });

  test('whose server falls silent is given up', async () => {
    let fall = () => {};
    const watch = (_: number, onSilence: () => void) => {
      fall = onSilence;
      return { refresh() {}, clear() {} };
    };
    const { url, ended } = await arriving((_, answer) => void answer.write(bytes.subarray(0, HALF)), watch);
    const { answer } = await begin(`${url}/data/trace`);
    await new Promise((resolve) => answer.once('readable', resolve));
    fall();
    expect(await ended).toMatch(/the server sent nothing for 30 s after \d+ bytes; what had come is shown$/);
    expect(await about(url)).toMatchObject({ broken: `the server sent nothing for 30 s after ${HALF} bytes` });
  });

  test.each<[string, Parameters<typeof serve>[0], string]>([
    ['a status', (_, answer) => answer.writeHead(500).end(), 'expected a trace, got status 500 Internal Server Error'],
    [
      'a page',
      (_, answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      'expected a trace, got an HTML page',
    ],
    ['no answer', (request) => request.destroy(), 'expected an answer, got none: '],
    ['nothing', (_, answer) => answer.end(), 'expected a trace, got nothing'],
    [
      'something else',
      (_, answer) => answer.end('a long line of text that is no trace'),
      'not a Go execution trace: expected "go 1.11 trace" or the like at its beginning',
    ],
    [
      'a part of a header',
      (_, answer) => answer.end('go 1.26 '),
      'not a Go execution trace: it ends within its header',
    ],
  ])('instead of which comes %s is an error, on the page and for the terminal', async (_, listener, why) => {
    const { source, url, ended } = await arriving(listener);
    const answer = await fetch(`${url}/data/trace`);
    const line = await ended;
    expect([answer.status, await answer.json()]).toEqual([400, { error: line }]);
    expect(line).toMatch(/^.*$/);
    expect(line).toContain(`trace: ${source}: ${why}`);
    expect(await about(url)).toEqual({ title: source, source, size: expect.any(Number) });
  });
});
