// The text of `mandel trace -objects`: for each channel, lock and timer who waited for it, how often and how long.

import { count, plural } from '../../lib/numbers.js';
import { table, time } from '../../terminal/text.js';
import type { ObjectTable, ObjectWaits } from '../../trace/analysis/objects.js';
import { objectText } from '../../trace/objects.js';

const widths = [44, 10, 10, 10];

/** Operations in the words of the summary; those of package sync go by their function. */
const operations: Readonly<Record<string, string>> = {
  'runtime.chansend1': 'chan send',
  'runtime.chanrecv1': 'chan receive',
  'runtime.selectgo': 'select',
  'time.Sleep': 'sleep',
};

/** The objects for a terminal. */
export function objectsText(file: string, { objects, waits, unnamed }: ObjectTable): string {
  if (objects.length === 0) {
    const why = waits > 0 ? ': only traces of mandel say so' : '';
    return `${file}: none of ${plural(waits, 'wait')} says what it was for${why}\n`;
  }
  const other = unnamed > 0 ? `; ${count(unnamed)} for anything else, such as the network` : '';
  return (
    `${file}: ${plural(waits - unnamed, 'wait')} for ${plural(objects.length, 'object')}${other}\n\n` +
    table([['Objects', 'waits', 'total', 'longest']], widths, '') +
    objects.map(objectRows).join('')
  );
}

function objectRows({ object, waits, open, totalNs, longestNs, goroutines, by }: ObjectWaits): string {
  const alive = open > 0 ? `, ${plural(open, 'wait')} not ended` : '';
  const all = [`all: ${plural(goroutines, 'goroutine')}${alive}`, count(waits), time(totalNs), time(longestNs)];
  const rows = by.map(({ body, operation, waits, totalNs }) => [
    `${operations[operation] ?? operation} by ${body === '' ? '(unknown)' : body}`,
    count(waits),
    time(totalNs),
  ]);
  return `${objectText(object)}\n${table([all, ...rows], widths.with(0, widths[0]! - 2))}`;
}
