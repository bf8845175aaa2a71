// A program that listens, and who calls it from Node's thread: what may be asked, and what becomes of calls that go wrong.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Dialer, type RunResult, run } from 'mandel/run';
import { checkTrace, counts, ev, readTrace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const echo = String(new URL('../../../dist/test/programs/lib/echo.js', import.meta.url));
const HANG_MS = 20_000;

const there = () => new AbortController().signal;

interface Served {
  readonly result: RunResult;
  /** What went wrong with the calls. */
  readonly error: unknown;
}

/** Runs a program while `calls` calls it, and closes the dialer then. */
async function serve(
  calls: (dialer: Dialer) => Promise<void>,
  {
    module = echo,
    procs = 2,
    trace,
    signal = AbortSignal.timeout(HANG_MS),
  }: { module?: string; procs?: number; trace?: string; signal?: AbortSignal } = {},
): Promise<Served> {
  let calling: Promise<unknown> | undefined;
  const result = await run(module, {
    procs,
    seed: 1,
    signal,
    onListen: (dialer) => {
      calling = calls(dialer).then(
        () => dialer.close(),
        (error: unknown) => {
          dialer.close();
          return error;
        },
      );
    },
    ...(trace === undefined ? {} : { trace }),
  });
  return { result, error: await calling };
}

const program = (body: string) => String(pathToFileURL(writeProgram(tempDir(), 'p', body)));

describe.each([1, 2])('a call on %i Ps', (procs) => {
  test('has its request as it was, and its reply', async () => {
    const texts = ['', 'x', 'ünïcödé, 漢字, 🌍', 'x'.repeat(4091), '漢'.repeat(1363)];
    const { result, error } = await serve(
      async (dialer) => {
        for (const text of texts) {
          const reply = await dialer.call(`echo ${text}`, there());
          expect([reply.head, reply.body.toString()]).toEqual(['echo', text]);
          reply.done();
          reply.done(); // is harmless
        }
      },
      { procs },
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: 'ok', value: texts.length });
  });

  test('with a reply of some megabytes has all of it, and its memory is used again', async () => {
    const memory: number[] = [];
    const { error } = await serve(
      async (dialer) => {
        for (let k = 0; k < 20; k++) {
          const reply = await dialer.call('size 3000000', there());
          expect(reply.body.equals(Buffer.alloc(3_000_000, 7))).toBe(true);
          reply.done();
          while (dialer.inFlight > 0) await new Promise(setImmediate);
          memory.push(dialer.stats().memory);
        }
      },
      { procs },
    );
    expect(error).toBeUndefined();
    expect(new Set(memory.slice(4)).size).toBe(1);
  });
});

describe('a call', () => {
  test.each<[what: string, request: string, signal: () => AbortSignal, message: string]>([
    ['of 4097 bytes', `echo ${'x'.repeat(4092)}`, there, 'expected a request of at most 4096 bytes, got one of 4097'],
    ['of 4097 bytes in fewer characters', `echo ${'é'.repeat(2046)}`, there, 'at most 4096 bytes, got one of 4097'],
    ['whose client is gone', 'echo x', () => AbortSignal.abort(), 'the client has gone away'],
    ['to which nobody replies', 'hangup x', there, 'expected a reply, got none: the goroutine has hung up'],
  ])('%s is rejected in one line', async (_, request, signal, message) => {
    const { result, error } = await serve(async (dialer) => {
      await dialer.call(request, signal());
    });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
    expect(result.status).toBe('ok');
  });

  test('that is too long is a RangeError', async () => {
    const { error } = await serve(async (dialer) => {
      await dialer.call('x'.repeat(5000), there());
    });
    expect(error).toBeInstanceOf(RangeError);
  });

  test('is refused while 1024 others are under way, and taken after that', async () => {
    const { result, error } = await serve(async (dialer) => {
      expect(dialer.slots).toBe(1024);
      const clients = Array.from({ length: dialer.slots }, () => new AbortController());
      const calls = clients.map((client) => dialer.call('gone x', client.signal));
      const refused = dialer.call('echo x', there());
      await expect(refused).rejects.toThrow('call: expected at most 1024 calls at once, got one more; let fewer in');
      for (const client of clients) client.abort();
      for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
      while (dialer.inFlight > 0) await new Promise(setImmediate);
      (await dialer.call('echo x', there())).done();
    });
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: 'ok', value: 1025 });
  });

  test('fails when the run ends, which says so in one line', async () => {
    const errors: string[] = [];
    const interrupt = new AbortController();
    const { result } = await serve(
      async (dialer) => {
        const calls = ['block x', 'block y', 'gone z'].map((request) => dialer.call(request, there()));
        interrupt.abort();
        for (const call of await Promise.allSettled(calls)) {
          errors.push(call.status === 'rejected' ? (call.reason as Error).message : 'there is a reply');
        }
        await dialer.call('echo x', there()).catch((error: Error) => errors.push(error.message));
      },
      { signal: interrupt.signal },
    );
    expect(result.status).toBe('interrupted');
    expect(errors).toEqual(Array(4).fill('call: expected a reply, got none: the run has ended'));
  });
});

describe('a program', () => {
  const listens = 'export function* main() { const l = listen(); yield* l.accept(); }';

  test.each<[what: string, body: string, message: string]>([
    [
      'that listens twice',
      'export function* main() { listen(); listen(); yield* gosched(); }',
      'net.listen: expected to be called once, got a second call: a run has one listener',
    ],
    [
      'two of whose goroutines accept',
      `export function* main() { const l = listen(); go(other, l); yield* l.accept(); }
       export function* other(l) { yield* l.accept(); }`,
      'accept: expected one goroutine at a time, got another while one waits',
    ],
    [
      'that forgets the yield*',
      'export function* main() { const l = listen(); l.accept(); yield* gosched(); }',
      'accept: expected `yield*` before this call, which does nothing without it',
    ],
  ])('%s is told so', async (_, body, message) => {
    const { status, report } = await run(program(body), { procs: 2, onListen: () => {} });
    expect(status).toBe('panic');
    expect(report).toContain(message);
    expect(report.trim()).not.toContain('\n');
  });

  test.each(['threads', 'sim'] as const)('that listens on %s where nobody can call is told so', async (engine) => {
    const message = 'net.listen: expected a run on threads whose options have onListen, got one without';
    const { report } = await run(program(listens), { procs: 2, engine });
    expect(report).toMatch(new RegExp(`^${message}.*\n$`));
  });

  test('that replies twice is told so', async () => {
    const twice = `
export function* main() { const l = listen(); const c = yield* l.accept(); yield* c.write('', new Uint8Array()); yield* c.write('', new Uint8Array()); }`;
    const { result } = await serve(async (dialer) => (await dialer.call('x', there())).done(), {
      module: program(twice),
    });
    expect(result.report).toContain('write: expected a call without a reply, got one that has one');
  });

  test('that waits for calls is in no deadlock, and one that waits for itself after the last is', async () => {
    const body = `
export function* main() { const l = listen(); while ((yield* l.accept()) !== null); yield* chan(int).recv(); }`;
    const { result } = await serve(async () => {}, { module: program(body) });
    expect(result.status).toBe('deadlock');
    expect(result.report).toContain('goroutine 1 [chan receive');
  });
});

test('the trace shows waiting for the network, and nobody who ends it', async () => {
  const trace = join(tempDir(), 'trace.out');
  const { result, error } = await serve(
    async (dialer) => {
      for (let k = 0; k < 50; k++) (await dialer.call(k % 2 === 0 ? 'echo x' : 'ask x', there())).done();
    },
    { trace },
  );
  expect(error).toBeUndefined();
  const read = readTrace(trace);
  checkTrace(read);
  const { parks } = counts(read);
  expect(parks).toBe(result.stats.parks);
  const blocked = Array.from(read.events.type).filter((type) => type === ev.GoBlockNet).length;
  expect(blocked).toBeGreaterThanOrEqual(50); // each waits until the client has its reply
});
