// mandelweb as its users have it: a process, asked over real connections.

import { Agent, get, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { randomRequest, randomUri } from '../programs/lib/badhttp.js';
import { sendRaw, slowReader, slowWriter } from '../programs/lib/sockets.js';
import { golden } from '../support/goldens.js';
import { decode } from '../support/picture.js';
import { eventually, metric, startService, startWeb, type Up, webPath } from '../support/service.js';

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect([url, response.status]).toEqual([url, 200]);
  return Buffer.from(await response.arrayBuffer());
}

/** Takes a minute of a P. */
const long = '/mandelbrot?scene=justforfunc&w=4096&h=4096';

describe('mandelweb', () => {
  let shared: Up;
  let end = () => {};
  let url: string;
  beforeAll(async () => {
    // Nothing here is about who is refused, and the machine may be busy.
    const args = ['-http', '127.0.0.1:0', '-procs', '2', '-quiet', '-queue', '1m'];
    shared = await startService(webPath, args, (kill) => {
      end = kill;
    });
    url = shared.url;
  });

  afterAll(() => end());

  afterEach(() => {
    expect(shared.log()).toMatch(/^mandelweb: listening on \S+\n$/);
  });

  test('paints what mandel paints, in every mode and with both kernels', async () => {
    const { sum } = golden('web', 512, 512);
    const queries = ['', ...['seq', 'px', 'col', 'rowworkers'].map((mode) => `?kernel=fast&mode=${mode}`)];
    const sums = await Promise.all(
      queries.map(async (query) => decode(await bytesOf(`${url}/mandelbrot${query}`)).sum),
    );
    expect(sums).toEqual(queries.map(() => sum));
    // Where each pixel is handed from one P to the other, a large picture takes long.
    for (const mode of ['workers', 'buffered']) {
      const small = decode(await bytesOf(`${url}/mandelbrot?w=17&h=5&scene=workshop&mode=${mode}`));
      expect(small).toMatchObject({ w: 17, h: 5, sum: golden('workshop', 17, 5).sum });
    }
  });

  test('forgets what a client wanted who has gone, in line and while it is painted', async () => {
    const gone = new AbortController();
    const asked = Array.from({ length: 2 }, () => fetch(url + long, { signal: gone.signal }).catch(() => 'gone'));
    await eventually(async () => (await metric(url, 'rendering')) === 2);
    const inLine = new AbortController();
    const third = fetch(`${url}/mandelbrot`, { signal: inLine.signal }).catch(() => 'gone');
    await eventually(async () => (await metric(url, 'queued')) === 1);
    inLine.abort();
    gone.abort();
    expect(await Promise.all(asked)).toEqual(['gone', 'gone']);
    expect(await third).toBe('gone');
    await eventually(async () => (await metric(url, 'rendering')) + (await metric(url, 'queued')) === 0);
    await eventually(async () => (await metric(url, 'goroutines')) === 1);
    expect(await metric(url, 'pixels_total')).toBeLessThan(4096 * 4096); // and not twice as many
    await bytesOf(`${url}/mandelbrot?kernel=fast`);
  });

  test('answers 1,000 random queries, and paints no more than it may', async () => {
    const before = await metric(url, 'pixels_total');
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    onTestFinished(() => agent.destroy());
    const statuses = new Map<number, number>();
    const ask = (seed: number) =>
      new Promise<void>((resolve, reject) => {
        get(url + encodeURI(randomUri(seed)).replaceAll('%25', '%'), { agent }, (response: IncomingMessage) => {
          const status = response.statusCode!;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          response.resume().on('end', resolve).on('error', reject);
        }).on('error', reject);
      });
    await Promise.all(Array.from({ length: 1000 }, (_, seed) => ask(seed)));
    expect([...statuses.keys()].sort()).toEqual([200, 400, 404]);
    expect(statuses.get(200)).toBeGreaterThan(100);
    expect((await metric(url, 'pixels_total')) - before).toBeLessThanOrEqual(statuses.get(200)! * 32 * 32);
  });

  test('survives 500 requests that are hardly HTTP', async () => {
    const { port } = shared;
    for (let seed = 0; seed < 500; seed += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, k) => sendRaw(port, randomRequest(seed + k))));
      for (const [k, text] of answers.entries())
        expect([seed + k, text]).toEqual([seed + k, expect.stringMatching(/^(HTTP\/1\.1 [1-5]|$)/)]);
    }
    await bytesOf(`${url}/mandelbrot?w=9&h=9`);
  });

  test('is not stopped by clients who send or take a byte a second', async () => {
    const { port } = shared;
    const clients = Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? slowWriter(port) : slowReader(port)));
    onTestFinished(() => {
      for (const client of clients) client.stop();
    });
    await bytesOf(`${url}/mandelbrot?w=9&h=9`);
    await eventually(async () => (await metric(url, 'rendering')) === 0);
    await bytesOf(`${url}/mandelbrot?w=9&h=9`);
  });

  test('loses no request when it is told to end, and ends with status 0', async () => {
    const { url, child, ended, log } = await startWeb('-procs', '2', '-queue', '20s');
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const outcomes: string[] = [];
    let answered = 0;
    const ask = () =>
      new Promise<string>((resolve) => {
        const request = get(`${url}/mandelbrot?kernel=fast&w=128&h=128`, { agent }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', () => resolve('broken'));
          response.on('end', () => {
            answered++;
            resolve(
              response.statusCode === 200 ? `200 ${decode(Buffer.concat(chunks)).w}` : String(response.statusCode),
            );
          });
        });
        request.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'failed'));
      });
    const clients = Array.from({ length: 10 }, async () => {
      for (;;) {
        const outcome = await ask();
        if (outcome === 'ECONNREFUSED') return;
        outcomes.push(outcome);
      }
    });
    await eventually(() => answered > 50);
    child.kill('SIGTERM');
    await Promise.all(clients);
    expect(new Set(outcomes)).toEqual(new Set(['200 128']));
    expect([await ended, log().includes('rror')]).toEqual([0, false]);
  });

  test('finishes what it has begun when it is told to end', async () => {
    const { url, child, ended } = await startWeb('-procs', '2');
    const big = bytesOf(`${url}/mandelbrot?w=1024&h=1024`);
    await eventually(async () => (await metric(url, 'rendering')) === 1);
    child.kill('SIGINT');
    expect(decode(await big)).toMatchObject({ w: 1024, h: 1024 });
    expect(await ended).toBe(0);
  });

  test('ends at once when it is told so twice, and when a drain takes too long', async () => {
    const [twice, slow] = await Promise.all([startWeb('-procs', '1'), startWeb('-procs', '1', '-drain', '100ms')]);
    for (const { url } of [twice, slow]) {
      fetch(url + long).catch(() => {});
      await eventually(async () => (await metric(url, 'rendering')) === 1);
    }
    twice.child.kill('SIGTERM');
    twice.child.kill('SIGTERM');
    slow.child.kill('SIGTERM');
    // Two signals may come as one.
    const pester = setInterval(() => twice.child.kill('SIGTERM'), 10);
    onTestFinished(() => clearInterval(pester));
    expect(await twice.ended).toBe(130);
    expect(await slow.ended).toBe(0);
  });

  test('gives memory back: what is in use after 300 requests is what was after 100', async () => {
    const after = async (n: number) => {
      for (let k = 0; k < n; k += 4) {
        await Promise.all(Array.from({ length: 4 }, () => bytesOf(`${url}/mandelbrot?kernel=fast&w=64&h=64`)));
      }
      return metric(url, 'shared_memory_bytes');
    };
    const before = await after(100);
    expect(await after(200)).toBeLessThanOrEqual(before * 1.1);
    expect(await metric(url, 'goroutines')).toBe(1);
  });
});

describe('examples/httpapi', () => {
  const example = fileURLToPath(new URL('../../dist/examples/httpapi.js', import.meta.url));

  test('serves pi, with profiles, until it is told to end', async () => {
    const { url, child, ended } = await startService(example, ['127.0.0.1:0']);
    const text = async (path: string) => (await fetch(url + path)).text();
    expect(await text('/pi')).toBe('3.141591654\n');
    expect(await text('/pi?n=3')).toBe('3.466666667\n');
    expect(await text('/pi?n=0')).toBe('n: expected a whole number from 1 to 1000000000, got "0"\n');
    // The goroutine of the request before may take a moment to end.
    await expect
      .poll(() => text('/debug/pprof/goroutine?debug=1'), { timeout: 10_000 })
      .toMatch(/^goroutine profile: total 1\n/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('says in one line that its port is in use', async () => {
    const { port } = await startWeb('-procs', '1');
    await expect(startService(example, [`127.0.0.1:${port}`])).rejects.toThrow(
      `ended with 1 before it listened: service: listen 127.0.0.1:${port}: the port is in use; choose another one, or 0 for any that is free\n`,
    );
  });
});
