// Where traces come from: files, standard input, servers; whole, packed, in pieces, cut.

import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { openTrace, readBytes, type SourceOptions } from '#src/trace/file.js';
import { goProgramTrace, parsed } from '../programs/lib/tracesv2.js';
import { startCli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { freePort, serve, serveRaw } from '../support/server.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

const v1 = story().bytes;
/** Several generations of 2 ms. */
const v2 = goProgramTrace('syscalls-2ms-1.25-p4.trace');
const { generations } = parsed(v2).reader;
/** Within the last generation. */
const MOST = v2.length - 100;

/** The one line that openTrace says. */
async function faultOf(source: string, options?: SourceOptions): Promise<string> {
  const error = await openTrace(source, options).catch((reason: unknown) => reason);
  if (!(error instanceof TraceError)) throw new Error(`expected a TraceError, got ${error}`);
  expect(error.message).not.toContain('\n');
  return error.message.replaceAll(source, 'SOURCE');
}

function fileWith(bytes: Uint8Array): string {
  const path = join(tempDir(), 'trace');
  writeFileSync(path, bytes);
  return path;
}

describe('a file', () => {
  test.each([
    { of: 'v1', bytes: v1 },
    { of: 'v2', bytes: v2 },
  ])('of format $of is read, packed or not', async ({ bytes }) => {
    for (const file of [fileWith(bytes), fileWith(gzipSync(bytes))]) {
      const { trace, broken, bytes: kept } = await openTrace(file, { keepBytes: true });
      expect([trace.events.length, trace.cut, broken]).toEqual([parse(bytes).events.length, undefined, undefined]);
      expect(Buffer.compare(kept!, bytes)).toBe(0);
      expect(Buffer.compare(await readBytes(file, {}, (read) => read), bytes)).toBe(0);
    }
  });

  test('that was packed and then cut has what can be unpacked', async () => {
    const packed = gzipSync(v2);
    const { trace } = await openTrace(fileWith(packed.subarray(0, packed.length * 0.75)));
    expect(trace.generations.length).toBeGreaterThan(0);
    expect(trace.generations.length).toBeLessThan(generations.length);
    expect(trace.cut!.size).toBeLessThan(v2.length);
    const nothing = fileWith(packed.subarray(0, 12));
    expect(await faultOf(nothing)).toBe('trace: SOURCE: expected a trace in the gzip file, got nothing');
  });

  test('that is none says so', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'x'));
    expect(await faultOf(join(folder, 'x'))).toBe('trace: SOURCE: expected a trace, got a directory');
    expect(await faultOf(join(folder, 'y'))).toBe('trace: SOURCE: no such file');
    expect(await faultOf(fileWith(new Uint8Array()))).toBe('trace: SOURCE: the file is empty');
    expect(await faultOf(fileWith(Uint8Array.of(0x1f)))).toMatch(/^trace: SOURCE: not a Go execution trace: /);
  });

  test('says how far it is read', async () => {
    const told: (readonly number[])[] = [];
    await openTrace(fileWith(v2), { onProgress: (read, size) => void told.push([read, size]) });
    expect(told.at(-1)).toEqual([v2.length, v2.length]);
  });
});

/** A server that answers each request with a trace's header and so on. @returns the address of a trace */
async function served(listener: RequestListener): Promise<string> {
  return `${await serve(listener)}/debug/pprof/trace?seconds=2`;
}

/** A watch that calls back when the test wants it, and the times for which it was to wait. */
function manualWatch() {
  const waits: number[] = [];
  let call = () => {};
  const watch = (ms: number, onSilence: () => void) => {
    waits.push(ms);
    call = onSilence;
    return { refresh() {}, clear() {} };
  };
  return { watch, waits, fallSilent: () => call() };
}

/** Calls `then` when so many bytes have been read. */
const atByte = (n: number, then: () => void) => (read: number) => {
  if (read === n) then();
};

describe('a server', () => {
  test('is read while it sends: whole generations are there before the end', async () => {
    let response: ServerResponse | undefined;
    const address = await served((_, answer) => {
      response = answer;
      answer.write(v2.subarray(0, MOST));
    });
    let early: Trace | undefined;
    const onProgress = (read: number, size: number, soFar: () => Trace | undefined) => {
      expect(size).toBe(0);
      if (read !== MOST) return;
      early = soFar();
      response!.end(v2.subarray(MOST));
    };
    const { trace, broken } = await openTrace(address, { onProgress });
    expect(early?.generations.length).toBe(generations.length - 1);
    expect(early!.generations).toEqual(trace.generations.slice(0, early!.generations.length));
    expect([trace.generations.length, trace.cut, broken]).toEqual([generations.length, undefined, undefined]);
  });

  test.each([1, 7, 1000])('may send pieces of %d bytes, packed or not', async (size) => {
    for (const bytes of [v1, gzipSync(v1)]) {
      const address = await served(async (_, answer) => {
        for (let at = 0; at < bytes.length; at += size) {
          if (!answer.write(bytes.subarray(at, at + size))) await once(answer, 'drain');
        }
        answer.end();
      });
      expect((await openTrace(address)).trace.events.length).toBe(parse(v1).events.length);
    }
  });

  test('that breaks off is read up to there: format v2', async () => {
    let response: ServerResponse | undefined;
    for (const length of [undefined, v2.length]) {
      const address = await served((_, answer) => {
        if (length !== undefined) answer.setHeader('content-length', length);
        response = answer;
        answer.write(v2.subarray(0, MOST));
      });
      const { trace, broken } = await openTrace(address, { onProgress: atByte(MOST, () => response!.destroy()) });
      expect(broken).toBe('the connection broke off after 12,698 bytes');
      expect(trace.generations.length).toBe(generations.length - 1);
      expect(trace.cut?.size).toBe(MOST);
    }
  });

  test('that breaks off after a whole record is cut as well: format v1', async () => {
    let response: ServerResponse | undefined;
    const address = await served((_, answer) => {
      response = answer;
      answer.write(v1);
    });
    const { trace, broken } = await openTrace(address, { onProgress: atByte(v1.length, () => response!.destroy()) });
    expect(broken).toBe('the connection broke off after 295 bytes');
    expect(trace.cut).toEqual({ offset: v1.length, size: v1.length });
    expect(parse(v1).cut).toBe(undefined);
  });

  test('that breaks off before anything is whole says how much has come', async () => {
    let response: ServerResponse | undefined;
    const options = (n: number) => ({ onProgress: atByte(n, () => response!.destroy()) });
    const address = (bytes: Uint8Array) =>
      served((_, answer) => {
        response = answer;
        answer.write(bytes);
      });
    expect(await faultOf(await address(v2.subarray(0, 9)), options(9))).toBe(
      'trace: SOURCE: not a Go execution trace: it ends within its header; the connection broke off after 9 bytes',
    );
    expect(await faultOf(await address(v2.subarray(0, 400)), options(400))).toMatch(
      /^trace: SOURCE: .+; the connection broke off after 400 bytes$/,
    );
  });

  test('that falls silent is read up to there', async () => {
    const { watch, waits, fallSilent } = manualWatch();
    const address = await served((_, answer) => void answer.write(v2.subarray(0, MOST)));
    const { trace, broken } = await openTrace(address, { watch, onProgress: atByte(MOST, fallSilent) });
    expect(waits).toEqual([32_000]); // 30 s, and the 2 s that it was asked to record
    expect(broken).toBe('the server sent nothing for 32 s after 12,698 bytes');
    expect(trace.generations.length).toBe(generations.length - 1);
    expect(trace.cut?.size).toBe(MOST);
  });

  test('that never answers is not waited for without end', async () => {
    const { watch, fallSilent } = manualWatch();
    const address = await served(() => fallSilent());
    expect(await faultOf(address, { watch })).toBe('trace: SOURCE: expected an answer within 32 s, got none');
  });

  test('that sends no trace is left at once', async () => {
    const { watch } = manualWatch(); // which would wait for ever
    const closed = new Promise<void>((resolve) => {
      void served((_, answer) => {
        answer.on('close', resolve);
        answer.write('some text that is longer than a header\n');
      }).then(async (address) => {
        expect(await faultOf(address, { watch })).toMatch(/^trace: SOURCE: not a Go execution trace: [^;]*$/);
      });
    });
    await closed;
  });

  const hint = "; Go's programs serve traces at http://HOST:PORT/debug/pprof/trace?seconds=5";
  test.each([
    {
      what: 'an error of Go',
      path: '/debug/pprof/trace',
      status: 500,
      type: 'text/plain; charset=utf-8',
      body: 'Could not enable tracing: tracing is already enabled\n',
      says: 'status 500 Internal Server Error: Could not enable tracing: tracing is already enabled',
    },
    {
      what: 'no such page',
      path: '/trace.out/',
      status: 404,
      type: 'text/plain',
      body: '404 page not found\r\nor so',
      says: `status 404 Not Found: 404 page not found${hint}`,
    },
    {
      what: 'an error page',
      path: '/',
      status: 403,
      type: 'text/html',
      body: '<html>',
      says: `status 403 Forbidden${hint}`,
    },
    { what: 'no content', path: '/x/trace', status: 204, type: 'text/plain', body: '', says: 'status 204 No Content' },
    {
      what: 'an HTML page',
      path: '/debug/pprof/',
      status: 200,
      type: 'text/html',
      body: '<html>',
      says: `an HTML page${hint}`,
    },
    {
      what: 'a page without type',
      path: '/',
      status: 200,
      type: '',
      body: '<!doctype html><html>',
      says: 'an HTML page',
    },
    { what: 'nothing', path: '/trace', status: 200, type: '', body: '', says: 'nothing' },
  ])('that has $what is told in one line', async ({ path, status, type, body, says }) => {
    const address = await serve((_, answer) => {
      answer.writeHead(status, type === '' ? {} : { 'content-type': type });
      answer.end(body);
    });
    expect(await faultOf(address + path)).toBe(`trace: SOURCE: expected a trace, got ${says}`);
  });

  test('that is not there, or no server of HTTP, is told in one line', async () => {
    const none = `http://127.0.0.1:${await freePort()}/debug/pprof/trace`;
    expect(await faultOf(none)).toMatch(/^trace: SOURCE: expected an answer, got none: .*ECONNREFUSED/);
    expect(await faultOf('http://nowhere.invalid/trace')).toMatch(/^trace: SOURCE: expected an answer, got none: .+/);
    const raw = await serveRaw((socket) => socket.end('SSH-2.0-x\r\n'));
    expect(await faultOf(raw)).toMatch(/^trace: SOURCE: expected an answer, got none: .+/);
    expect(await faultOf('http://[/x')).toBe(
      'trace: SOURCE: expected an address such as http://HOST:PORT/debug/pprof/trace?seconds=5',
    );
  });
});

/** Runs `mandel ...args` with these bytes as its standard input. */
async function piped(args: readonly string[], bytes: Uint8Array, cwd = tempDir()) {
  const { child, ended } = startCli(args, { cwd, through: ([file, ...rest]) => [file!, ...rest] });
  child.stdin!.on('error', () => {}); // it may end before it has read all
  child.stdin!.end(bytes);
  return ended;
}

describe('mandel trace -', () => {
  test.each([
    { of: 'v1', bytes: v1, begins: 'standard input: go 1.11 trace, ' },
    { of: 'v2', bytes: v2, begins: 'standard input: go 1.25 trace, ' },
    { of: 'v2, packed', bytes: gzipSync(v2), begins: 'standard input: go 1.25 trace, ' },
  ])('reads standard input: format $of', async ({ bytes, begins }) => {
    const { status, stdout, stderr } = await piped(['trace', '-'], bytes);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(begins)).toBe(true);
  });

  test.each([
    { what: 'nothing', bytes: Buffer.alloc(0), says: 'expected a trace, got nothing' },
    {
      what: 'a text',
      bytes: Buffer.from('This is a text.\n'.repeat(1e5)),
      says: 'not a Go execution trace: expected "go 1.11 trace" or the like at its beginning',
    },
  ])('says what it gets instead: $what', async ({ bytes, says }) => {
    expect(await piped(['trace', '-'], bytes)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `mandel: trace: standard input: ${says}\n`,
    });
  });

  test('does not wait for the end of what is no trace', async () => {
    const { child, ended } = startCli(['trace', '-'], {
      cwd: tempDir(),
      through: ([file, ...rest]) => [file!, ...rest],
    });
    child.stdin!.write('some text that is longer than a header\n');
    expect(await ended).toMatchObject({ status: 1, signal: null });
  });

  test('is one of two traces that are compared', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'story'), v1);
    const { status, stdout, stderr } = await piped(['trace', 'diff', 'story', '-'], v2, cwd);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^A {2}story: go 1\.11 trace, .*\nB {2}standard input: go 1\.25 trace, /);
  });
});

describe('mandel trace http://...', () => {
  test('says on standard error that the connection broke off, once', async () => {
    const address = await served((_, answer) => {
      answer.write(v2.subarray(0, MOST), () => setImmediate(() => answer.destroy()));
    });
    const line = `mandel: trace: ${address}: the connection broke off after 12,698 bytes; what had come is read\n`;
    const cwd = tempDir();
    const summary = await hostedCli(['trace', address], { cwd });
    expect(summary).toMatchObject({ status: 0, stderr: line });
    expect(summary.stdout.replaceAll(/\n +/g, ' ')).toMatch(/\nThe file is cut or broken after byte \d+ of 12698, /);
    expect(await hostedCli(['trace', '-export=csv', '-o', 'x', address], { cwd })).toMatchObject({
      status: 0,
      stderr: line,
    });
    expect(await hostedCli(['trace', 'diff', address, address], { cwd })).toMatchObject({
      status: 0,
      stderr: line + line,
    });
    const copy = await hostedCli(['trace', '-anonymize', '-o', 'x', address], { cwd });
    expect(copy).toMatchObject({ status: 0, stdout: '' });
    expect(copy.stderr).toMatch(
      / broke off after 12,698 bytes; what had come is read\n.*: the copy has the first \d+ of 12,698 bytes, up to the last whole record\n$/,
    );
  });
});
