// The labels of the samples, and what each is worth. After printTags in google/pprof's internal/report.

import { compareTexts } from '../lib/characters.js';
import { formatValue, percentage } from './measure.js';
import type { Report } from './report.js';
import { padded } from './traces.js';

/** The report, key by key. */
export function* tagsText({ profile, index, total, labelUnits, format, config }: Report): Generator<string> {
  const sums = new Map<string, Map<string, number>>();
  const add = (key: string, text: string, value: number) => {
    let texts = sums.get(key);
    if (texts === undefined) {
      texts = new Map();
      sums.set(key, texts);
    }
    texts.set(text, (texts.get(text) ?? 0) + value);
  };
  for (const { values, labels = {}, numLabels = {} } of profile.samples) {
    const value = values[index]!;
    for (const [key, texts] of Object.entries(labels)) for (const text of texts) add(key, text, value);
    for (const [key, numbers] of Object.entries(numLabels)) {
      for (const number of numbers) add(key, formatValue(number.value, labelUnits.get(key)!, config.unit), value);
    }
  }

  const share = (value: number) => (total > 0 ? ` (${percentage(value, total)})` : '');
  for (const [key, texts] of [...sums].sort(([a], [b]) => compareTexts(a, b))) {
    const rows = [...texts].sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || compareTexts(a, b));
    const sum = rows.reduce((all, [, value]) => all + value, 0);
    const cells = rows.map(([text, value]) => ({ text, cell: `${format(value)}${share(value)}:` }));
    const width = Math.max(...cells.map(({ cell }) => cell.length)) + 1;
    const head = `${key}:`;
    const indent = ' '.repeat([...head].length + 1);
    yield ` ${head} Total ${format(sum)} of ${format(total)}${share(sum)}\n`;
    for (const { text, cell } of cells) yield `${indent}${padded(cell, width)} ${text}\n`;
    yield '\n';
  }
}
