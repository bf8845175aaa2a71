// The client and whole loads, against servers that behave and servers that do not.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Client } from '#src/load/client.js';
import type { Done } from '#src/load/exchange.js';
import type { Plan } from '#src/load/plan.js';
import { runLoad } from '#src/load/run.js';
import type { Stats } from '#src/load/stats.js';
import { skipLoudly } from '../support/loudskip.js';
import { freePort, serve, serveRaw } from '../support/server.js';

/** 5 workers, 4 requests each. */
function planFor(url: string, changes: Partial<Plan> = {}): Plan {
  return {
    url: new URL(url),
    method: 'GET',
    headers: [],
    body: new Uint8Array(),
    workers: 5,
    perWorker: 4,
    rate: 0,
    forNs: Number.POSITIVE_INFINITY,
    timeoutNs: 20e9,
    keepAlive: true,
    redirects: true,
    ...changes,
  };
}

const outcome = ({ statuses, errors, bytes, stopped }: Stats) => ({
  statuses: Object.fromEntries(statuses),
  errors: Object.fromEntries(errors),
  bytes,
  stopped,
});

/** What comes of one request of one worker. */
async function one(url: string, changes: Partial<Plan> = {}) {
  return outcome(await runLoad(planFor(url, { workers: 1, perWorker: 1, ...changes })));
}

const nothing = { statuses: {}, errors: {}, bytes: 0, stopped: 0 };

describe('a load', () => {
  test('sends every request once, each worker one at a time', async () => {
    let underWay = 0;
    let most = 0;
    const connections = new Set<Socket>();
    const url = await serve((request, response) => {
      most = Math.max(most, ++underWay);
      connections.add(request.socket);
      setImmediate(() => {
        underWay--;
        response.end('hello');
      });
    });
    const dones: Done[] = [];
    const stats = await runLoad(planFor(url), { record: (done) => dones.push(done) });
    expect(outcome(stats)).toEqual({ ...nothing, statuses: { 200: 20 }, bytes: 100 });
    expect(dones).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(5);
    expect(connections.size).toBeLessThanOrEqual(5);
    for (const { startNs, sentNs, endNs, exchange } of dones) {
      expect(startNs).toBe(sentNs);
      expect(endNs).toBeGreaterThan(sentNs);
      if (exchange.kind !== 'answer') throw new Error('no answer');
      const parts = Object.values(exchange.phases);
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      const { dial, write, wait, read } = exchange.phases;
      expect(dial + write + wait + read).toBeLessThanOrEqual(endNs - sentNs);
    }
  });

  test('makes a connection for each request, if it shall not keep them', async () => {
    const connections = new Set<Socket>();
    const url = await serve((request, response) => {
      connections.add(request.socket);
      response.end(request.headers.connection);
    });
    await runLoad(planFor(url, { keepAlive: false }));
    expect(connections.size).toBe(20);
  });

  test('counts what is overdue from when it was due', async () => {
    // Every answer waits until all the others of the schedule are overdue, without looking at a clock.
    const url = await serve((_, response) => void setImmediate(() => response.end()));
    const dones: Done[] = [];
    await runLoad(planFor(url, { workers: 1, perWorker: 20, rate: 1e6 }), { record: (done) => dones.push(done) });
    expect(dones).toHaveLength(20);
    const [first, ...rest] = dones;
    for (const { startNs, sentNs } of rest) expect(startNs).toBeLessThan(sentNs);
    expect(rest.at(-1)!.startNs - first!.startNs).toBe(19_000);
  });

  test('can be stopped: what is under way is broken off and not counted', async () => {
    const controller = new AbortController();
    let asked = 0;
    const url = await serve(() => {
      if (++asked === 5) controller.abort();
    });
    const stats = await runLoad(planFor(url), { signal: controller.signal });
    expect(outcome(stats)).toEqual({ ...nothing, stopped: 5 });
  });

  test('that waits for its time can be stopped', async () => {
    const controller = new AbortController();
    const url = await serve((_, response) => response.end());
    const load = runLoad(planFor(url, { rate: 0.001 }), { signal: controller.signal });
    controller.abort();
    expect(outcome(await load)).toEqual(nothing);
  });

  test('that was stopped before it began sends nothing', async () => {
    expect(outcome(await runLoad(planFor('http://127.0.0.1:9'), { signal: AbortSignal.abort() }))).toEqual(nothing);
  });
});

describe('a request', () => {
  const echo = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen = { method: request.method!, url: request.url!, headers: request.headers, body };
    response.end();
  };
  let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string } | undefined;

  test.each([
    { method: 'GET', body: '', length: undefined },
    { method: 'POST', body: '', length: '0' },
    { method: 'POST', body: 'x=1', length: '3' },
    { method: 'PUT', body: 'grün', length: '5' },
    { method: 'DELETE', body: '', length: undefined },
    { method: 'GET', body: 'why not', length: '7' },
  ])('$method with the body "$body" is sent as it is', async ({ method, body, length }) => {
    const url = await serve(echo);
    const result = await one(`${url}/a/b?c=d%20e#f`, {
      method,
      body: Buffer.from(body),
      headers: [
        ['X-One', '1'],
        ['Accept', 'image/png'],
      ],
    });
    expect(result.statuses).toEqual({ 200: 1 });
    expect(seen).toMatchObject({ method, url: '/a/b?c=d%20e', body });
    expect(seen!.headers).toMatchObject({ host: url.slice('http://'.length), 'x-one': '1', accept: 'image/png' });
    expect(seen!.headers['content-length']).toBe(length);
    expect(seen!.headers['transfer-encoding']).toBeUndefined();
  });

  test('has the Host it is given', async () => {
    const url = await serve(echo);
    await one(url, { headers: [['Host', 'example.org']] });
    expect(seen!.headers.host).toBe('example.org');
  });

  test('of HEAD has no body to wait for', async () => {
    const url = await serve((_, response) => {
      response.setHeader('Content-Length', '1000');
      response.end();
    });
    expect(await one(url, { method: 'HEAD' })).toEqual({ ...nothing, statuses: { 200: 1 } });
  });
});

describe('an answer', () => {
  test.each([204, 304, 400, 404, 500, 503])('with status %d is one', async (status) => {
    const url = await serve((_, response) => {
      response.statusCode = status;
      response.end();
    });
    const stats = await runLoad(planFor(url));
    expect(outcome(stats)).toEqual({ ...nothing, statuses: { [status]: 20 } });
    expect([stats.latency.n, stats.others.n]).toEqual(status === 204 ? [20, 0] : [0, 20]);
  });

  test('of many megabytes is counted to its end', async () => {
    const piece = Buffer.alloc(2 ** 20);
    const url = await serve(async (_, response) => {
      for (let k = 0; k < 16; k++) {
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end();
    });
    expect(await one(url)).toEqual({ ...nothing, statuses: { 200: 1 }, bytes: 2 ** 24 });
  });

  test('that ends with its connection is whole', async () => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nabc'));
    });
    expect(await one(url)).toEqual({ ...nothing, statuses: { 200: 1 }, bytes: 3 });
  });

  test('comes after informational ones', async () => {
    const url = await serve((_, response) => {
      response.writeProcessing();
      response.end('ok');
    });
    expect(await one(url)).toEqual({ ...nothing, statuses: { 200: 1 }, bytes: 2 });
  });
});

describe('no answer', () => {
  test('of a port without a server is an error', async () => {
    const port = await freePort();
    const stats = await runLoad(planFor(`http://127.0.0.1:${port}`));
    expect(outcome(stats)).toEqual({ ...nothing, errors: { [`127.0.0.1:${port}: connection refused`]: 20 } });
  });

  test.each([
    { what: 'an end before the head', says: '', error: 'connection closed before there was an answer' },
    {
      what: 'half a head',
      says: 'HTTP/1.1 200 OK\r\nContent-Le',
      error: 'connection closed before there was an answer',
    },
    {
      what: 'half a body',
      says: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
      error: 'the answer ended before it was whole',
    },
    {
      what: 'half a chunk',
      says: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha',
      error: 'the answer ended before it was whole',
    },
    {
      what: 'an upgrade that nobody asked for',
      says: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n',
      error: 'connection closed before there was an answer',
    },
  ])('but $what is an error', async ({ says, error }) => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => socket.end(says));
    });
    const stats = await runLoad(planFor(url));
    expect(outcome(stats)).toEqual({ ...nothing, errors: { [error]: 20 } });
  });

  test.each([
    'hello, is it me you are looking for?\r\n\r\n',
    'HTTP/1.1 2OO OK\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1e5)}\r\n\r\n`,
  ])('but %.40j is an error', async (says) => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => socket.end(says));
    });
    const { errors, statuses } = await one(url);
    expect(statuses).toEqual({});
    expect(Object.keys(errors)).toEqual([expect.stringMatching(/^the answer is no HTTP: \S.*\S$/)]);
  });

  test.each([
    { what: 'at all', says: '' },
    { what: 'but half of one', says: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf' },
  ])('$what in time is an error', async ({ says }) => {
    const url = await serveRaw((socket) => {
      socket.on('data', () => socket.write(says));
    });
    const stats = await runLoad(planFor(url, { workers: 3, perWorker: 2, timeoutNs: 20e6 }));
    expect(outcome(stats)).toEqual({ ...nothing, errors: { 'no whole answer within 0.02 secs': 6 } });
  });

  test('on a connection that was kept, and then closed, is none: the request is sent again', async () => {
    let connections = 0;
    const url = await serveRaw((socket) => {
      connections++;
      let asked = 0;
      // The second request of each connection is cut off, as by a server whose patience has just ended.
      socket.on('data', () => {
        if (++asked === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else socket.resetAndDestroy();
      });
    });
    const get = await runLoad(planFor(url, { workers: 1, perWorker: 3 }));
    expect(outcome(get)).toEqual({ ...nothing, statuses: { 200: 3 }, bytes: 6 });
    expect(connections).toBe(3);
    const post = await runLoad(planFor(url, { workers: 1, perWorker: 3, method: 'POST' }));
    expect(outcome(post).errors).toEqual({ 'connection reset by the server': 1 }); // it may have changed something
  });
});

describe('a connection', () => {
  const answer = (status: number) => `HTTP/1.1 ${status} x\r\nContent-Length: 2\r\n\r\nok`;

  test('that the server closes between two requests is replaced', async () => {
    let connections = 0;
    const url = await serveRaw((socket) => {
      connections++;
      socket.once('data', () => socket.end(answer(200)));
    });
    const stats = await runLoad(planFor(url, { workers: 1, perWorker: 5 }));
    expect(outcome(stats)).toEqual({ ...nothing, statuses: { 200: 5 }, bytes: 10 });
    expect(connections).toBe(5);
  });

  test('that was seen to be closed is not used again, even by what is never sent twice', async () => {
    const sockets: Socket[] = [];
    const url = await serveRaw((socket) => {
      sockets.push(socket);
      socket.once('data', () => socket.end(answer(200)));
    });
    const client = new Client(planFor(url, { method: 'POST' }));
    for (let k = 0; k < 3; k++) {
      expect(await client.send()).toMatchObject({ kind: 'answer', status: 200 });
      if (!sockets[k]!.destroyed) await once(sockets[k]!, 'close'); // both sides have seen the end
    }
    expect(sockets).toHaveLength(3);
    client.close();
  });

  test('is not used again, if the answer says so', async () => {
    let connections = 0;
    const url = await serveRaw((socket) => {
      connections++;
      socket.on('data', () => socket.write(answer(200).replace('\r\n', '\r\nConnection: close\r\n')));
    });
    const stats = await runLoad(planFor(url, { workers: 1, perWorker: 3 }));
    expect(outcome(stats)).toEqual({ ...nothing, statuses: { 200: 3 }, bytes: 6 });
    expect(connections).toBe(3);
  });

  test('to an address of version 6 is made', async (context) => {
    const url = await serve((request, response) => response.end(request.headers.host), '::1').catch(() => undefined);
    if (url === undefined) return skipLoudly(context, 'there is no IPv6 here');
    expect(await one(url)).toEqual({ ...nothing, statuses: { 200: 1 }, bytes: new URL(url).host.length });
  });

  test('by name takes the time of the look-up', async () => {
    const url = (await serve((_, response) => response.end())).replace('127.0.0.1', 'localhost');
    const dones: Done[] = [];
    await runLoad(planFor(url, { workers: 1, perWorker: 2 }), { record: (done) => dones.push(done) });
    const [first, second] = dones.map(({ exchange }) => (exchange.kind === 'answer' ? exchange.phases : undefined));
    expect(first!.lookup).toBeGreaterThan(0);
    expect(first!.dial).toBeGreaterThanOrEqual(first!.lookup);
    expect([second!.lookup, second!.dial]).toEqual([0, 0]);
  });
});

describe('a redirect', () => {
  const asked: string[] = [];
  const server = (locations: Readonly<Record<string, readonly [status: number, location: string]>>) => {
    asked.length = 0;
    return serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const [status, location] = locations[request.url!] ?? [200, ''];
      response.writeHead(status, location === '' ? {} : { Location: location });
      response.end();
    });
  };

  test.each([
    { method: 'GET', status: 302, next: 'GET' },
    { method: 'POST', status: 303, next: 'GET' },
    { method: 'HEAD', status: 301, next: 'HEAD' },
    { method: 'POST', status: 307, next: 'POST' },
    { method: 'PUT', status: 308, next: 'PUT' },
  ])('$status of $method leads to a $next', async ({ method, status, next }) => {
    const url = await server({ '/': [status, '/there?x=1'] });
    expect((await one(url, { method })).statuses).toEqual({ 200: 1 });
    expect(asked).toEqual([`${method} /`, `${next} /there?x=1`]);
  });

  test('to anywhere else is an answer, and nobody else is asked', async () => {
    let others = 0;
    const other = await serve((_, response) => {
      others++;
      response.end();
    });
    for (const location of [other, other.replace('127.0.0.1', 'localhost'), 'ftp://x/', 'http://[', '//127.0.0.2/']) {
      const url = await server({ '/': [302, location] });
      expect((await one(url)).statuses).toEqual({ 302: 1 });
    }
    expect(others).toBe(0);
  });

  test('is an answer, if it shall not be followed', async () => {
    const url = await server({ '/': [302, '/there'] });
    expect((await one(url, { redirects: false })).statuses).toEqual({ 302: 1 });
  });

  test('that leads in a circle is an error', async () => {
    const url = await server({ '/': [302, '/'] });
    expect(await one(url)).toEqual({ ...nothing, errors: { 'more than 10 redirects': 1 } });
    expect(asked).toHaveLength(11);
  });
});
