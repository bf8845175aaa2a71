// The service's answers, without a socket and without goroutines.

import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Admission } from '#src/service/admission.js';
import { createApp } from '#src/service/app.js';
import { mandelweb } from '#src/service/mandelweb.js';
import type { Parts } from '#src/service/parts.js';
import { plainRoute } from '#src/service/parts.js';
import { eventually, FakeTime, fakeParts } from '../support/service.js';

function appOf(others: Partial<Parts> = {}) {
  const { routes, page } = mandelweb;
  const whole = createApp(fakeParts({ routes: { ...routes, '/pi': plainRoute('pi') }, page, ...others }));
  onTestFinished(() => whole.app.close());
  return whole;
}

/** A dial whose goroutines answer when they are told to. */
function patient() {
  const calls: { readonly request: string; readonly signal: AbortSignal; answer(status?: number): void }[] = [];
  const dial: Parts['dial'] = (request, signal) =>
    new Promise((resolve) => {
      const answer = (status = 200) =>
        resolve({ head: JSON.stringify({ status, headers: {} }), body: Buffer.from('done'), done() {} });
      calls.push({ request, signal, answer });
    });
  return { calls, dial };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the app', () => {
  test('hands the program what it is asked for', async () => {
    let asked = '';
    const { app } = appOf({
      dial: async (request) => {
        asked = request;
        const head = JSON.stringify({ status: 200, headers: { 'content-type': 'image/png' } });
        return { head, body: Buffer.from('png'), done() {} };
      },
    });
    const { statusCode, headers, body } = await app.inject('/mandelbrot?w=3&h=4&mode=px&kernel=fast');
    expect(JSON.parse(asked)).toMatchObject({
      handler: 'picture',
      query: { w: 3, h: 4, mode: 'px', workers: 4, scene: 1, kernel: 1 },
    });
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: 'png' });
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    });
  });

  test('lets the goroutine go on as soon as its answer is there', async () => {
    let done = 0;
    const { app } = appOf({
      dial: async () => ({ head: '{"status":200,"headers":{}}', body: Buffer.from('x'), done: () => void done++ }),
    });
    await app.inject('/pi');
    expect(done).toBe(1);
  });

  test.each([
    ['GET', '/mandelbrot?w=0', 400, 'w: expected a whole number from 1 to 65536, got "0"\n'],
    ['GET', `/pi?n=${'9'.repeat(5000)}`, 414, 'expected a query of at most 4096 bytes\n'],
    ['POST', '/mandelbrot', 405, 'POST: expected GET\n'],
    ['DELETE', '/metrics', 405, 'DELETE: expected GET\n'],
    ['GET', '/nowhere', 404, 'not found\n'],
    ['POST', '/nowhere', 404, 'not found\n'],
    ['GET', '/mandelbrot/', 404, 'not found\n'],
    ['GET', '/healthz', 200, 'ok\n'],
  ] as const)('answers %s %.30s with %d', async (method, url, status, text) => {
    const { app } = appOf();
    const { statusCode, body, headers } = await app.inject({ method, url });
    expect({ statusCode, body }).toEqual({ statusCode: status, body: text });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('answers HEAD without painting', async () => {
    const unable = appOf({ dial: () => Promise.reject(new Error('painted')) }).app;
    const able = appOf().app;
    // Over a connection, because it is Node that leaves out the body.
    for (const app of [unable, able]) await app.listen({ port: 0, host: '127.0.0.1' });
    const head = async (app: typeof able, path: string) => {
      const { port } = app.server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD' });
      const { status, headers } = answer;
      return [status, headers.get('content-type'), headers.get('content-length'), await answer.text()];
    };
    expect(await head(unable, '/mandelbrot')).toEqual([200, 'image/png', null, '']);
    expect(await head(able, '/pi')).toEqual([200, expect.any(String), '5', '']);
    const [status, , , body] = await head(able, '/mandelbrot?w=0');
    expect([status, body]).toEqual([400, '']);
  });

  test('has a start page without scripts, whose links all lead somewhere', async () => {
    const { app } = appOf();
    const { body, headers } = await app.inject('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';img-src 'self';style-src 'sha256-/);
    expect(body).not.toMatch(/<script|style=|onclick/);
    const links = [...body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link!.replaceAll('&amp;', '&'));
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect([link, (await app.inject(link)).statusCode]).toEqual([link, 200]);
  });

  test('says 500, and what is wrong only in the log, if a goroutine cannot be had', async () => {
    const lines: string[] = [];
    const { app } = appOf({
      dial: () => Promise.reject(new Error('secret')),
      log: (line) => lines.push(line),
    });
    const { statusCode, body } = await app.inject('/pi');
    expect({ statusCode, body }).toEqual({ statusCode: 500, body: 'internal error\n' });
    expect(lines).toEqual(['fake: /pi: secret']);
  });

  test('does not let anybody keep what went wrong', async () => {
    const { app } = appOf({
      dial: async () => ({ head: '{"status":500,"headers":{}}', body: Buffer.from('panicked'), done() {} }),
    });
    const { statusCode, headers } = await app.inject('/mandelbrot');
    expect({ statusCode, cache: headers['cache-control'] }).toEqual({ statusCode: 500, cache: 'no-store' });
  });

  test('refuses with a time to come back who would have to wait too long', async () => {
    const time = new FakeTime();
    const { calls, dial } = patient();
    const { app } = appOf({ dial, admission: new Admission({ places: 1, promiseMs: 2000, most: 10, time }) });
    const big = app.inject('/mandelbrot?w=4096&h=4096');
    await turn();
    const { statusCode, headers, body } = await app.inject('/mandelbrot');
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '20', 'cache-control': 'no-store' });
    expect(body).toMatch(/^busy: expected to wait 21\.\ds, and the longest wait is 2s\n$/);
    calls[0]!.answer();
    expect((await big).statusCode).toBe(200);
    const next = app.inject('/mandelbrot');
    await turn();
    calls[1]!.answer();
    expect((await next).statusCode).toBe(200);
    expect((await app.inject('/metrics')).body).toMatch(/^fake_refused_total 1$/m);
  });

  test('logs a line for each request: who, what, how long', async () => {
    const lines: string[] = [];
    const { app } = appOf({ logRequests: true, log: (line) => lines.push(line) });
    await app.inject('/pi?n=1');
    await app.inject('/nowhere');
    expect(lines).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+ \/pi\?n=1 [\d.]+(ms|µs)$/),
      expect.stringMatching(/^127\.0\.0\.1:\d+ \/nowhere [\d.]+(ms|µs)$/),
    ]);
  });

  test('counts in Prometheus text what it does', async () => {
    const { app } = appOf();
    await app.inject('/pi');
    await app.inject('/nowhere');
    const { headers, body } = await app.inject('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'fake_requests_total{code="200"} 1',
      'fake_requests_total{code="404"} 1',
      'fake_request_seconds_count 2',
      'fake_in_flight 1', // this one
      'fake_queued 0',
      'fake_refused_total 0',
      'fake_goroutines 3',
      'fake_procs 2',
      'fake_shared_memory_bytes 4096',
      'fake_pixels_total 5',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
    expect(body).toMatch(/^process_cpu_user_seconds_total /m);
    expect((await app.inject('/metrics')).body).toMatch(/^fake_pixels_total 5$/m);
  });

  test('says that it drains, and closes connections after their answers', async () => {
    const { app, beginDrain } = appOf();
    beginDrain();
    const health = await app.inject('/healthz');
    expect([health.statusCode, health.body]).toEqual([503, 'draining\n']);
    const { statusCode, headers } = await app.inject('/pi');
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
  });
});

describe('a client', () => {
  test('has so much time to ask, and connections are so many', () => {
    const { server } = appOf().app;
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 60_000,
      maxConnections: 4096,
    });
  });

  test('who does not take a large answer keeps others from having theirs painted, until it goes', async () => {
    const body = Buffer.alloc(65 * 2 ** 20);
    const { app } = appOf({ dial: async () => ({ head: '{"status":200,"headers":{}}', body, done() {} }) });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /pi HTTP/1.1\r\nHost: x\r\n\r\n'));
    await once(socket, 'readable'); // and it reads no more than that
    const refused = await app.inject('/pi');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(refused.body).toBe('busy: too many clients are slow to take their answers\n');
    socket.destroy();
    await eventually(async () => (await app.inject('/pi')).statusCode === 200);
  });

  test('who takes longer is told so, and hung up on', async () => {
    const { app } = appOf();
    app.server.headersTimeout = 100;
    app.server.requestTimeout = 100;
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*\r\n\r\nthe request took too long to come\n$/);
  });
});
