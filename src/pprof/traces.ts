// Reports of samples: each with its stack and labels (`traces`), and sums by label (`tags`). After printTraces and printTags
// in google/pprof's internal/report.

import { compareTexts } from '../lib/order.js';
import { meanOf } from './graph.js';
import { infosOf } from './info.js';
import { formatValue, percentage } from './measure.js';
import type { Sample } from './profile.js';
import { profileLabels, type Report } from './report.js';

const SEPARATOR = `${'-'.repeat(11)}+${'-'.repeat(55)}\n`;

/** The report, line by line. */
export function* tracesText(report: Report): Generator<string> {
  const { profile, index, config, labelUnits, format } = report;
  const framesAt = profile.locations.map((location) => {
    const infos = infosOf(profile, location);
    return infos.map(({ label }, k) => `${label}${k === infos.length - 1 ? '' : ' (inline)'}`);
  });
  yield `${profileLabels(report).join('\n')}\n`;
  for (const sample of profile.samples) {
    const value = format(meanOf(sample.values[index]!, config.mean ? sample.values[0]! : 0));
    let first = true;
    for (const place of sample.locations) {
      for (const frame of framesAt[place]!) {
        if (first) yield `${SEPARATOR}${labelLines(sample, labelUnits)}`;
        yield `${(first ? value : '').padStart(10)}   ${frame}\n`;
        first = false;
      }
    }
  }
  yield SEPARATOR;
}

function labelLines({ labels = {}, numLabels = {} }: Sample, units: ReadonlyMap<string, string>): string {
  const line = (key: string, values: readonly string[]) => `${alignRight(key, 10)}:  ${values.join(' ')}\n`;
  const texts = Object.entries(labels).map(([key, values]) => line(key, values));
  const numbers = Object.entries(numLabels).map(([key, values]) =>
    line(
      key,
      values.map(({ value }) => formatValue(value, units.get(key)!)),
    ),
  );
  return [...texts.sort(), ...numbers.sort()].join('');
}

/** Right-aligns a text in a number of characters, counted as Go does. */
function alignRight(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length)) + text;
}

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
    for (const { text, cell } of cells) yield `${indent}${alignRight(cell, width)} ${text}\n`;
    yield '\n';
  }
}
