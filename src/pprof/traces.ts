// Every sample with its stack and labels. After printTraces in google/pprof's internal/report.

import { meanOf } from './graph.js';
import { infosOf } from './info.js';
import { formatValue } from './measure.js';
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
  const line = (key: string, values: readonly string[]) => `${padded(key, 10)}:  ${values.join(' ')}\n`;
  const texts = Object.entries(labels).map(([key, values]) => line(key, values));
  const numbers = Object.entries(numLabels).map(([key, values]) =>
    line(
      key,
      values.map(({ value }) => formatValue(value, units.get(key)!)),
    ),
  );
  return [...texts.sort(), ...numbers.sort()].join('');
}

/** To the right of as many characters, as Go counts them. */
export function padded(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length)) + text;
}
