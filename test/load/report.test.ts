// The report and the CSV: whole texts, from figures that are given.

import { describe, expect, test } from 'vitest';
import type { Done, Exchange } from '#src/load/exchange.js';
import { csvHead, csvLine, report } from '#src/load/report.js';
import { Stats } from '#src/load/stats.js';

const ms = 1e6;
const phases = { dial: 0.5 * ms, lookup: 0.1 * ms, write: 0.2 * ms, wait: 1 * ms, read: 0.3 * ms };

const answer = (status: number, bytes = 10): Exchange => ({ kind: 'answer', status, bytes, phases });
const error = (what: string): Exchange => ({ kind: 'error', what });

/** A request that was due and sent `atMs` after the start, and took so long; sent later, if that is said. */
function done(exchange: Exchange, atMs: number, tookMs: number, sentMs = atMs): Done {
  return { exchange, startNs: atMs * ms, sentNs: sentMs * ms, endNs: (atMs + tookMs) * ms };
}

function statsOf(dones: readonly Done[]): Stats {
  const stats = new Stats();
  for (const each of dones) stats.add(each);
  return stats;
}

const steady = Array.from({ length: 100 }, (_, k) => done(answer(200), 10 * k, k + 1));

describe('the report', () => {
  test("has hey's layout", () => {
    expect(report(statsOf(steady))).toBe(`
Summary:
  Total:\t1.0900 secs
  Slowest:\t0.1000 secs
  Fastest:\t0.0010 secs
  Average:\t0.0505 secs
  Requests/sec:\t91.7431

  Total data:\t1000 bytes
  Size/request:\t10 bytes

Response time histogram:
  0.001 [1]\t|■■■■
  0.011 [9]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.021 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.031 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.041 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.051 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.060 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.070 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.080 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.090 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
  0.100 [10]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■

Latency distribution:
  10% in 0.0100 secs
  25% in 0.0250 secs
  50% in 0.0500 secs
  75% in 0.0750 secs
  90% in 0.0900 secs
  95% in 0.0950 secs
  99% in 0.0990 secs

Details (average, fastest, slowest):
  DNS+dialup:\t0.0005 secs, 0.0005 secs, 0.0005 secs
  DNS-lookup:\t0.0001 secs, 0.0001 secs, 0.0001 secs
  req write:\t0.0002 secs, 0.0002 secs, 0.0002 secs
  resp wait:\t0.0010 secs, 0.0010 secs, 0.0010 secs
  resp read:\t0.0003 secs, 0.0003 secs, 0.0003 secs

Status code distribution:
  [200]\t100 responses
`);
  });

  test('keeps apart what did not succeed, and its latencies', () => {
    const text = report(
      statsOf([
        done(answer(200, 100), 0, 50),
        done(answer(503, 20), 0, 1),
        done(answer(404, 30), 0, 2),
        done(answer(503, 20), 0, 3),
        done(error('connection refused'), 0, 1),
        done(error('no whole answer within 20 secs'), 0, 20_000),
        done(error('no whole answer within 20 secs'), 0, 20_000),
      ]),
    );
    expect(text).toContain(`Summary:
  Total:\t20.0000 secs
  Slowest:\t0.0500 secs
  Fastest:\t0.0500 secs
  Average:\t0.0500 secs
  Requests/sec:\t0.3500
  2xx/sec:\t0.0500

  Total data:\t170 bytes
  Size/request:\t42 bytes
`);
    expect(text).toContain(`Latency distribution of other answers than 2xx:
  10% in 0.0010 secs
  25% in 0.0010 secs
  50% in 0.0020 secs
  75% in 0.0030 secs
`);
    expect(text).toContain(`Status code distribution:
  [200]\t1 response
  [404]\t1 response
  [503]\t2 responses

Error distribution:
  [2]\tno whole answer within 20 secs
  [1]\tconnection refused
`);
  });

  test('of nothing that succeeded has no latencies', () => {
    expect(report(statsOf([done(error('connection refused'), 0, 1), done(error('connection refused'), 0, 2)]))).toBe(`
Summary:
  Total:\t0.0020 secs
  Succeeded:\tnone
  Requests/sec:\t1000.0000

Error distribution:
  [2]\tconnection refused
`);
  });

  test('shows both the latency and the service time where they differ', () => {
    const stats = statsOf([done(answer(200), 10, 40), done(answer(200), 20, 31, 50)]);
    const text = report(stats);
    expect(text).toContain('Latency distribution (from when each request was due):\n  10% in 0.0310 secs\n');
    expect(text).toContain('Service time distribution (from when each request was sent):\n  10% in 0.0010 secs\n');
    expect(text).toContain('Notes:\n  1 request sent later than due, because the one before took too long\n');
  });

  test('says what was not sent, what was broken off, and what this program is to blame for', () => {
    const stats = statsOf([...steady, done({ kind: 'stopped' }, 990, 5)]);
    stats.close({ unsent: 3, lateNs: 10 * ms });
    stats.close({ unsent: 4, lateNs: 70 * ms });
    expect(report(stats)).toContain(`Notes:
  7 requests due before the end, but never sent
  1 request under way when this was stopped, and not counted
  this program itself was up to 0.0700 secs late: ask for less, or give it a core
`);
  });

  test('of no requests at all is there', () => {
    expect(report(new Stats())).toBe(
      '\nSummary:\n  Total:\t0.0000 secs\n  Succeeded:\tnone\n  Requests/sec:\t0.0000\n',
    );
  });
});

test('errors of more kinds than anybody reads are counted together', () => {
  const stats = statsOf(Array.from({ length: 250 }, (_, k) => done(error(`error ${k}`), 0, 1)));
  expect(stats.errors.size).toBe(101);
  expect(stats.failures).toBe(250);
});

describe('a line of CSV', () => {
  test("has hey's columns", () => {
    const columns = csvHead.trim().split(',');
    const values = csvLine(done(answer(404), 1500, 2))
      .trim()
      .split(',');
    expect(Object.fromEntries(columns.map((column, k) => [column, values[k]]))).toEqual({
      'response-time': '0.0020',
      'DNS+dialup': '0.0005',
      DNS: '0.0001',
      'Request-write': '0.0002',
      'Response-delay': '0.0010',
      'Response-read': '0.0003',
      'status-code': '404',
      offset: '1.5000',
    });
  });

  test('is only there for an answer', () => {
    expect(csvLine(done(error('connection refused'), 0, 1))).toBe('');
  });
});
