// The answers of a load as comma-separated values, one line an answer, with hey's columns.

import type { Done } from './exchange.js';

export const csvHead = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n';

/**
 * The line of a request, in seconds; empty if it has no answer, as hey's. The offset is that from which its response time
 * counts: with a rate, when it was due.
 */
export function csvLine({ exchange, startNs, endNs }: Done): string {
  if (exchange.kind !== 'answer') return '';
  const { dial, lookup, write, wait, read } = exchange.phases;
  const times = [endNs - startNs, dial, lookup, write, wait, read].map(secs);
  return `${[...times, exchange.status, secs(startNs)].join(',')}\n`;
}

const secs = (ns: number) => (ns / 1e9).toFixed(4);
