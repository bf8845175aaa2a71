// The server of the pages: which requests it answers, which headers it sends, what it refuses.

import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { graphviz, graphvizSvg } from '#src/pprof/graphviz.js';

import { json, pageFiles, type Route, runWithin, serve } from '#src/viewer/server/server.js';

const routes = new Map<string, Route>([
  ...pageFiles('profile'),
  ['/hello', (query) => json({ name: query.get('name') })],
  [
    '/wrong',
    () => {
      throw new Error('expected a pattern, got none');
    },
  ],
  ['/mistake', () => json((undefined as unknown as { x: number }).x)],
  ['/later', async () => Promise.reject(new Error('not to be had'))],
]);

async function served(host = 'localhost'): Promise<string> {
  const serving = await serve({ host, port: 0 }, routes);
  onTestFinished(() => serving.close());
  return serving.url;
}

interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** All that comes back for these bytes. */
function raw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => (said += chunk));
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
    socket.write(bytes);
  });
}

describe('the server', () => {
  test('serves the page and its files, and nothing from beside them', async () => {
    const url = await served();
    const page = await ask(`${url}/`);
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const files = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toEqual(['icon.svg', 'page.css', 'profile.css', 'profile.js']);
    for (const file of files) expect((await ask(`${url}/${file}`)).status, file).toBe(200);
    for (const path of ['/../server.js', '/%2e%2e/server.js', '/tsconfig.json', '/profile.html/', '//', '/data/none']) {
      expect(await ask(url + path), path).toMatchObject({ status: 404, body: 'no such page\n' });
    }
  });

  test('forbids scripts and styles that are not its own, and other origins', async () => {
    const { headers } = await ask(`${await served()}/`);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'; style-src 'self';"),
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('answers questions, and says in one line what is wrong with others', async () => {
    const url = await served();
    expect(await ask(`${url}/hello?name=%3Cb%3E`)).toMatchObject({ status: 200, body: '{"name":"<b>"}' });
    expect(await ask(`${url}/wrong`)).toMatchObject({ status: 400, body: '{"error":"expected a pattern, got none"}' });
    expect(await ask(`${url}/later`)).toMatchObject({ status: 400, body: '{"error":"not to be had"}' });
    const mistake = await ask(`${url}/mistake`);
    expect(mistake).toMatchObject({
      status: 500,
      body: expect.stringMatching(/^\{"error":"a mistake of this program: TypeError/),
    });
  });

  test('takes GET and HEAD alone', async () => {
    const url = await served();
    expect(await ask(`${url}/hello`, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '13' },
    });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect(await ask(`${url}/hello`, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    }
  });

  test.each(['evil.example', 'evil.example:80', '192.168.0.1', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'refuses the Host %j on loopback',
    async (host) => {
      expect(await ask(`${await served()}/hello`, 'GET', { Host: host })).toMatchObject({ status: 403 });
    },
  );

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:8080', '127.1.2.3', '[::1]:80'])(
    'takes the Host %j',
    async (host) => {
      expect(await ask(`${await served()}/hello`, 'GET', { Host: host })).toMatchObject({ status: 200 });
    },
  );

  test('takes any Host where another address than loopback is asked for', async () => {
    const url = (await served('0.0.0.0')).replace('0.0.0.0', '127.0.0.1');
    expect(await ask(`${url}/hello`, 'GET', { Host: 'teacher.example' })).toMatchObject({ status: 200 });
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no end of its headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}`, 431],
    ['a path without end', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['a whole address', 'GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
    ['a wrong escape', 'GET /hello?name=%zz%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 200],
    ['no Host', 'GET /hello HTTP/1.0\r\n\r\n', 403],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 200],
  ])('goes on after a request with %s', async (_, bytes, status) => {
    const url = await served();
    expect(await raw(url, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await ask(`${url}/hello`)).toMatchObject({ status: 200 });
  });

  test('says in one line that a port is taken, or an address not ours', async () => {
    const { port } = new URL(await served());
    await expect(serve({ host: 'localhost', port: Number(port) }, routes)).rejects.toThrow(
      `-http localhost:${port}: the port is in use; choose another one, or 0 for any that is free`,
    );
    // An address that is for documents alone.
    await expect(serve({ host: '192.0.2.1', port: 0 }, routes)).rejects.toThrow(
      '-http 192.0.2.1:0: this machine has no such address',
    );
  });
});

describe('work with a deadline', () => {
  test('returns what it returns, and throws what it throws', () => {
    expect(runWithin(1000, 'sum', () => 1 + 1)).toBe(2);
    expect(() => runWithin(1000, 'sum', () => JSON.parse('{'))).toThrow(SyntaxError);
  });

  test('is stopped inside of a pattern that takes for ever, and inside of a loop', () => {
    expect(() => runWithin(50, 'focus', () => /^(a+)+$/.test(`${'a'.repeat(60)}b`))).toThrow(
      'focus: took longer than 50 ms; expected a simpler pattern, or a smaller part of the profile',
    );
    expect(() =>
      runWithin(50, 'loop', () => {
        for (;;);
      }),
    ).toThrow('loop: took longer');
    expect(runWithin(1000, 'sum', () => 3)).toBe(3);
  });

  test('is stopped inside of Graphviz, which draws the next picture', async () => {
    const random = new Rng(3);
    const edges = Array.from({ length: 4000 }, () => `n${random.below(1000)} -> n${random.below(1000)};`);
    const draw = await graphviz();
    expect(() => runWithin(50, 'graph', () => draw(`digraph { ${edges.join('')} }`))).toThrow('graph: took longer');
    expect(await graphvizSvg('digraph { a -> b }')).toContain('</svg>');
  });
});
