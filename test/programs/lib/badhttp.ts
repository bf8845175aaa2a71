// What a service may be sent: random queries, most of them wrong, and requests that are hardly HTTP. For the tests and for
// the campaign. Whatever is right among them is small.

import { Rng } from '#src/lib/rng.js';

const keys = [
  'mode',
  'workers',
  'scene',
  'kernel',
  'w',
  'h',
  'W',
  'width',
  '',
  '__proto__',
  'w[]',
  '%77',
  '%zz',
  'é',
  'a=b',
];
const values = [
  '1',
  '7',
  '32',
  '0',
  '-1',
  '1.5',
  '1e3',
  '65537',
  '99999999999999999999',
  'NaN',
  '',
  '%00',
  '%zz',
  '%F0%9F%90%B9',
  '+',
  'row',
  'seq',
  'px',
  'workers',
  'buffered',
  'rows',
  'web',
  'workshop',
  'fast',
  'plain',
  'constructor',
  "'%20OR%201=1",
  '<script>',
  '../../etc/passwd',
  'x'.repeat(3000),
];
const paths = [
  '/mandelbrot',
  '/mandelbrot',
  '/mandelbrot',
  '/mandelbrot',
  '/',
  '/healthz',
  '/nowhere',
  '/mandelbrot/',
  '//',
  '/%',
];

/** A path and a query, of random choices among what is likely to be right and what is likely to hurt. */
export function randomUri(seed: number): string {
  const rng = new Rng(seed);
  const pick = <T>(from: readonly T[]): T => from[rng.below(from.length)]!;
  const side = () => (rng.below(8) === 0 ? pick(values) : String(1 + rng.below(32)));
  const extra = Array.from({ length: rng.below(3) }, () => `${pick(keys)}=${pick(values)}`);
  return `${pick(paths)}?${[`w=${side()}`, `h=${side()}`, ...extra].join('&')}`;
}

const good = 'GET /mandelbrot?w=5&h=5 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n';
const requests = [
  good,
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET  /  HTTP/1.1\r\nHost: x\r\n\r\n',
  'get / http/1.1\r\nhost: x\r\n\r\n',
  'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'CONNECT localhost:22 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n' + '0x1+'.repeat(50_000),
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(5000)}\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'c'.repeat(20_000)}\r\n\r\n`,
  'GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /\u00ff HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nA\u0001: b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n',
  'GET / HTTP/1.1\nHost: x\n\n',
  good.repeat(20),
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'SSH-2.0-x\r\n',
  '\r\n\r\n\r\n',
  '',
];

/** The bytes of a request: one that is no good, or a good one of which some bytes are lost, changed or doubled. */
export function randomRequest(seed: number): Buffer {
  const rng = new Rng(seed);
  const bytes = Buffer.from(requests[rng.below(requests.length)]!, 'latin1');
  switch (rng.below(4)) {
    case 0:
      return bytes;
    case 1:
      return bytes.subarray(0, rng.below(bytes.length + 1));
    case 2: {
      for (let k = 1 + rng.below(8); k > 0 && bytes.length > 0; k--) bytes[rng.below(bytes.length)] = rng.below(256);
      return bytes;
    }
    default: {
      const at = rng.below(bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(rng.below(at + 1))]);
    }
  }
}
