// The program of the service, called as the service does: pictures, traces, handlers that panic, clients that go away.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { modes } from 'mandel/modes';
import { type Dialer, Runtime } from 'mandel/run';
import { checkTrace, ev, readTrace } from 'mandel/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call, Head } from '#src/service/handler.js';
import { serviceProgram } from '#src/service/program.js';
import { settled } from '../programs/lib/calls.js';
import { golden } from '../support/goldens.js';
import { judge, needJudges } from '../support/gotool.js';
import { decode } from '../support/picture.js';
import { tempDir } from '../support/tempdir.js';

const handlers = new URL('../../dist/test/programs/lib/handlers.js', import.meta.url).href;
const HANG_MS = 40_000;
const picture = { w: 64, h: 64, mode: 'row', workers: 3, scene: 0, kernel: 1 };

interface Answer extends Head {
  readonly body: Buffer;
}

const procs = 2;
let runtime: Runtime;
beforeAll(() => {
  runtime = new Runtime(procs);
});
afterAll(() => runtime.close());

/** Runs the service's program while `calls` calls it. */
async function serving<T>(calls: (dialer: Dialer) => Promise<T>): Promise<T> {
  let calling: Promise<T> | undefined;
  const { status, report } = await runtime.run(
    { modules: serviceProgram([handlers]) },
    {
      signal: AbortSignal.timeout(HANG_MS),
      onListen: (dialer) => {
        calling = calls(dialer).finally(() => dialer.close());
        calling.catch(() => {}); // is looked at below
      },
    },
  );
  expect(status + report).toBe('ok');
  return calling!;
}

async function ask(dialer: Dialer, handler: string, query: Call['query'] = {}): Promise<Answer> {
  const call: Call = { handler, query, remote: '127.0.0.1:54321' };
  const { head, body, done } = await dialer.call(JSON.stringify(call), new AbortController().signal);
  done();
  return { ...(JSON.parse(head) as Head), body };
}

describe('the picture', () => {
  test.each(modes)('of mode $name is that of Go', async ({ name }) => {
    // Where each pixel is handed from one P to the other, a large one takes long.
    const [scene, { w, h, sum }] = name === 'workers' ? [0, golden('workshop', 17, 5)] : [1, golden('web', 512, 512)];
    const { status, headers, body } = await serving((dialer) =>
      ask(dialer, 'picture', { ...picture, w, h, scene, mode: name }),
    );
    expect({ status, headers }).toEqual({ status: 200, headers: { 'content-type': 'image/png' } });
    expect(decode(body)).toMatchObject({ w, h, sum });
  });

  test.each(modes)('of mode $name is not painted on when the client is gone', async ({ name }) => {
    const pixels = 4096 * 4096;
    const client = new AbortController();
    await serving(async (dialer) => {
      const query = { ...picture, w: 4096, h: 4096, scene: 2, kernel: 0, mode: name };
      const before = dialer.stats().goroutines;
      const call = dialer.call(JSON.stringify({ handler: 'picture', query }), client.signal);
      while (dialer.stats().goroutines === before) await new Promise(setImmediate);
      client.abort();
      await expect(call).rejects.toThrow('the client has gone away');
      await settled(dialer);
      // A goroutine for each pixel, or two channel operations, would be there if all had been handed out.
      const { goroutines, sends, alive } = dialer.stats();
      expect(goroutines + sends).toBeLessThan(pixels / 2);
      expect(alive).toBe(1);
      expect((await ask(dialer, 'picture', picture)).status).toBe(200);
    });
  });

  test('after picture takes no more memory', async () => {
    const memory = await serving(async (dialer) => {
      const memory: number[] = [];
      const some = ['row', 'px', 'buffered', 'rowworkers'];
      for (let k = 0; k < 500; k++) {
        const mode = some[k % some.length]!;
        await ask(dialer, 'picture', { ...picture, w: 16, h: 16 + (k % 5), mode });
        await settled(dialer);
        memory.push(dialer.stats().memory);
      }
      return memory;
    });
    expect(memory.at(-1)).toBeLessThanOrEqual(memory[200]! + 2 ** 20);
  });
});

describe('a handler', () => {
  test('is asked and answers', async () => {
    const [plain, parked] = await serving(async (dialer) => [
      await ask(dialer, 'asked', { n: 1, text: 'ü' }),
      await ask(dialer, 'doubled', { n: 21 }),
    ]);
    expect(plain).toMatchObject({ status: 201, headers: { 'x-remote': '127.0.0.1:54321' } });
    expect(JSON.parse(plain!.body.toString())).toEqual({ n: 1, text: 'ü' });
    expect(parked).toMatchObject({ status: 200, body: Buffer.from('42') });
  });

  test('that nobody has is a 404', async () => {
    const { status, body } = await serving((dialer) => ask(dialer, 'nosuch'));
    expect([status, body.toString()]).toEqual([404, 'no handler "nosuch" in this service\n']);
  });

  test('that panics is a 500 and a line in the log, and the service goes on', async () => {
    const script = `
import { run } from 'mandel/run';
import { serviceProgram } from '#src/service/program.js';
const call = (dialer, handler, query) => dialer.call(JSON.stringify({ handler, query, remote: '127.0.0.1:54321' }), new AbortController().signal);
await run({ modules: serviceProgram([${JSON.stringify(handlers)}]) }, { procs: 2, onListen: async (dialer) => {
  for (const handler of ['panics', 'throws', 'awaits', 'doubled']) {
    const { head, body, done } = await call(dialer, handler, { n: 4 });
    console.log(handler, JSON.parse(head).status, body.toString().trim());
    done();
  }
  dialer.close();
} });`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe(
      'panics 500 the handler has panicked\nthrows 500 the handler has panicked\nawaits 500 the handler has panicked\ndoubled 200 8\n',
    );
    const log = stderr.split('\n').filter((line) => /^\d{4}\//.test(line));
    const date = String.raw`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`;
    expect(log).toEqual([
      expect.stringMatching(new RegExp(`^${date} http: panic serving 127.0.0.1:54321: nobody knows how$`)),
      expect.stringMatching(new RegExp(`^${date} http: panic serving 127.0.0.1:54321: too far$`)),
      expect.stringMatching(
        / http: panic serving 127\.0\.0\.1:54321: awaits: expected a handler that returns .*cannot await/,
      ),
    ]);
    expect(stderr).toMatch(/at panics .*handlers/);
  });
});

describe('a trace of a running service', () => {
  test('is one at a time, whole, shows what was served, and ends when its client goes away', async () => {
    const path = join(tempDir(), 'trace.out');
    const client = new AbortController();
    await serving(async (dialer) => {
      const call: Call = { handler: 'traceFor', query: { seconds: 3600, path } };
      const tracing = dialer.call(JSON.stringify(call), client.signal);
      while (!existsSync(path)) await new Promise(setImmediate);
      const again = await ask(dialer, 'traceFor', { seconds: 0, path: `${path}.2` });
      expect(again.status).toBe(500);
      expect(again.body.toString()).toMatch(/^Could not enable tracing: .*\n$/);
      for (let k = 0; k < 10; k++) await ask(dialer, 'picture', picture);
      client.abort();
      await expect(tracing).rejects.toThrow('the client has gone away');
      await settled(dialer);
      const later = await ask(dialer, 'traceFor', { seconds: 0, path: `${path}.3` });
      expect([later.status, later.body.toString()]).toEqual([200, `${path}.3`]);
    });
    for (const each of [path, `${path}.3`]) checkTrace(readTrace(each));
    expect(Array.from(readTrace(path).events.type)).toContain(ev.GoBlockNet);
  });

  test('passes real Go', async (context) => {
    await needJudges(context);
    const path = join(tempDir(), 'trace.out');
    await serving(async (dialer) => {
      const tracing = ask(dialer, 'traceFor', { seconds: 0.2, path });
      for (let k = 0; k < 5; k++) await ask(dialer, 'picture', { ...picture, mode: modes[k]!.name, h: 16 });
      await tracing;
    });
    expect((await judge(path)).complaints).toEqual([]);
  });
});
