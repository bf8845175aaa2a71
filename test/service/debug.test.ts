// /debug/pprof/ without a socket: who may ask, what comes, what is wrong.

import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { createApp } from '#src/service/app.js';
import type { Parts } from '#src/service/parts.js';
import { fakeParts } from '../support/service.js';

const profile: Profile = {
  sampleTypes: [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ],
  samples: [
    { locations: [0], values: [1, 20] },
    { locations: [1, 0], values: [2, 30] },
  ],
  locations: [
    { address: 0x100, lines: [{ func: 0, line: 7 }] },
    { address: 0x200, lines: [{ func: 1, line: 9 }] },
  ],
  functions: [
    { name: 'main.main', file: 'main.ts' },
    { name: 'main.wait', file: 'main.ts' },
  ],
};

function debugOf(others: Partial<Parts> = {}) {
  const asked: unknown[] = [];
  const profiles: Parts['profiles'] = {
    async profile(kind, { seconds }) {
      asked.push([kind, seconds]);
      return profile;
    },
    goroutines: async (debug) => `goroutines ${debug}\n`,
  };
  const { app } = createApp(fakeParts({ profiles, ...others }));
  onTestFinished(() => app.close());
  return { app, asked, get: (url: string) => app.inject(`/debug/pprof/${url}`) };
}

describe('/debug/pprof/', () => {
  test('lists what there is, with links that lead there', async () => {
    const { app, get } = debugOf({
      dial: async () => ({ head: '{"status":500,"headers":{}}', body: Buffer.from('no trace here'), done() {} }),
    });
    const { body, headers } = await get('');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<td>3</td><td><a href="goroutine?debug=1">goroutine</a></td>');
    const links = [...body.matchAll(/<a href="([^"]*)"/g)].map(([, link]) => link!);
    expect(links).toHaveLength(11);
    for (const link of links.filter((l) => !l.startsWith('trace'))) {
      expect([link, (await get(link)).statusCode]).toEqual([link, 200]);
    }
    const moved = await app.inject('/debug/pprof');
    expect([moved.statusCode, moved.headers.location]).toEqual([301, '/debug/pprof/']);
  });

  test.each([
    ['profile?seconds=2', 'profile', ['cpu', 2]],
    ['profile', 'profile', ['cpu', 30]],
    ['heap', 'heap', ['heap', undefined]],
    ['heap?debug=0', 'heap', ['heap', undefined]],
    ['block?seconds=3', 'block-delta', ['block', 3]],
    ['goroutine', 'goroutine', ['goroutine', undefined]],
    ['threadcreate', 'threadcreate', ['threadcreate', undefined]],
  ])('%s is a file for tools', async (url, name, kind) => {
    const { get, asked } = debugOf();
    const { statusCode, headers, rawPayload } = await get(url);
    expect(asked).toEqual([kind]);
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    });
    expect(gunzipSync(rawPayload).toString('latin1')).toContain('main.wait');
  });

  test.each([
    ['goroutine?debug=1', 'goroutines 1\n'],
    ['goroutine?debug=2', 'goroutines 2\n'],
    [
      'mutex?debug=1',
      'mutex profile: 3 contentions, 50 delay (nanoseconds)\n\n' +
        '2 contentions, 30 delay (nanoseconds)\n#\tmain.wait\tmain.ts:9\n#\tmain.main\tmain.ts:7\n\n' +
        '1 contentions, 20 delay (nanoseconds)\n#\tmain.main\tmain.ts:7\n',
    ],
    ['cmdline', 'node\0fake\0-x'],
    ['symbol', 'num_symbols: 1\n'],
  ])('%s is text', async (url, text) => {
    const { get } = debugOf();
    const { statusCode, headers, body } = await get(url);
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: text });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('symbol names the addresses of profiles that were asked for', async () => {
    const { app, get } = debugOf();
    await get('block');
    expect((await get('symbol?0x100+0x200+0x300+junk')).body).toBe(
      'num_symbols: 1\n0x100 main.main\n0x200 main.wait\n',
    );
    const { body } = await app.inject({
      method: 'POST',
      url: '/debug/pprof/symbol',
      payload: '0x200',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(body).toBe('num_symbols: 1\n0x200 main.wait\n');
  });

  test.each([
    ['nonsense', 404, 'no such profile; /debug/pprof/ lists those that there are\n'],
    ['heap/x', 404, 'no such profile; /debug/pprof/ lists those that there are\n'],
    ['profile?seconds=0', 400, 'seconds: expected a number above 0 and up to 600, got "0"\n'],
    ['profile?seconds=-1', 400, 'seconds: expected a number above 0 and up to 600, got "-1"\n'],
    ['profile?seconds=1e9', 400, 'seconds: expected a number above 0 and up to 600, got "1e9"\n'],
    ['trace?seconds=601', 400, 'seconds: expected a number above 0 and up to 600, got "601"\n'],
    ['heap?seconds=x', 400, 'seconds: expected a number above 0 and up to 600, got "x"\n'],
    ['heap?debug=x', 400, 'debug: expected 0, 1 or 2, got "x"\n'],
    [
      'heap?debug=1&seconds=1',
      400,
      'seconds: expected without debug, because what is added in some seconds has no text\n',
    ],
    ['trace', 500, 'tracing already\n'],
  ])('%s is an answer that says what is wrong, and that it is ours', async (url, status, text) => {
    const { get } = debugOf({
      dial: async () => ({ head: '{"status":500,"headers":{}}', body: Buffer.from('tracing already\n'), done() {} }),
    });
    const { statusCode, headers, body } = await get(url);
    expect({ statusCode, body }).toEqual({ statusCode: status, body: text });
    expect(headers).toMatchObject({ 'x-go-pprof': '1', 'content-type': 'text/plain; charset=utf-8' });
  });

  test('says in one line why there is no profile', async () => {
    const none = () => Promise.reject(new Error('cpu profiling already in use'));
    const { get } = debugOf({ profiles: { profile: none, goroutines: none } });
    const { statusCode, body } = await get('profile?seconds=1');
    expect({ statusCode, body }).toEqual({ statusCode: 500, body: 'cpu profiling already in use\n' });
  });
});

describe('who may see profiles', () => {
  const rows = [
    { remoteAddress: '127.0.0.1', host: 'localhost:8080', allowed: true },
    { remoteAddress: '127.9.9.9', host: '127.0.0.1', allowed: true },
    { remoteAddress: '::1', host: '[::1]:8080', allowed: true },
    { remoteAddress: '::ffff:127.0.0.1', host: 'LOCALHOST', allowed: true },
    { remoteAddress: '127.0.0.1', host: 'evil.example:8080', allowed: false },
    { remoteAddress: '127.0.0.1', host: '127.0.0.1.evil.example', allowed: false },
    { remoteAddress: '127.0.0.1', host: 'localhost.evil.example', allowed: false },
    { remoteAddress: '192.168.0.7', host: 'localhost', allowed: false },
    { remoteAddress: '::ffff:10.0.0.1', host: 'localhost', allowed: false },
    { remoteAddress: '2001:db8::1', host: '[::1]', allowed: false },
  ];
  const paths = ['', 'heap', 'symbol', 'nonsense'];

  test.each(rows)('$remoteAddress asking $host: $allowed', async ({ remoteAddress, host, allowed }) => {
    const { app } = debugOf();
    for (const path of paths) {
      const { statusCode } = await app.inject({ url: `/debug/pprof/${path}`, remoteAddress, headers: { host } });
      expect([path, statusCode !== 403]).toEqual([path, allowed]);
    }
  });

  test('anybody, if the service was told so', async () => {
    const { app } = debugOf({ pprof: 'any' });
    for (const { remoteAddress, host } of rows) {
      const { statusCode } = await app.inject({ url: '/debug/pprof/heap', remoteAddress, headers: { host } });
      expect(statusCode).toBe(200);
    }
  });

  test('pictures are for everybody', async () => {
    const { app } = debugOf();
    const { statusCode } = await app.inject({
      url: '/healthz',
      remoteAddress: '10.0.0.1',
      headers: { host: 'x.example' },
    });
    expect(statusCode).toBe(200);
  });
});
