// A service: pi from as many terms as the client asks for, at http://127.0.0.1:8000/pi?n=1000000. Each request is a goroutine,
// which starts others for its terms. Run it with `node dist/examples/httpapi.js`; its profiles are at /debug/pprof/.
// After httpapi in the workshop's examples, and the pi of https://go.dev/doc/play/pi.go.

import { type Chan, chan, float64, type Go, go } from 'mandel/go';
import { listenAndServe, type Request, type Response } from 'mandel/service';

const most = 1e9;
const chunk = 100_000;

/** Answers with pi, from the first `n` terms of Leibniz's series. */
export function* pi(r: Request): Go<Response> {
  const n = Number(r.query.n ?? 1_000_000);
  if (!Number.isInteger(n) || n < 1 || n > most) {
    return { status: 400, body: `n: expected a whole number from 1 to ${most}, got ${JSON.stringify(r.query.n)}\n` };
  }
  const c = chan(float64);
  for (let from = 0; from < n; from += chunk) {
    go(terms, c, from, Math.min(from + chunk, n));
  }
  let sum = 0;
  for (let from = 0; from < n; from += chunk) {
    sum += yield* c.recv();
  }
  return { body: `${sum.toFixed(9)}\n` };
}

/** Sends the sum of the terms from `from` up to `to`. */
export function* terms(c: Chan<number>, from: number, to: number): Go {
  let sum = 0;
  for (let k = from; k < to; k++) {
    sum += (k % 2 === 0 ? 4 : -4) / (2 * k + 1);
  }
  yield* c.send(sum);
}

process.exitCode = await listenAndServe({
  http: process.argv[2] ?? '127.0.0.1:8000',
  program: import.meta.url,
  routes: { '/pi': 'pi' },
});
