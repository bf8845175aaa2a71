// Answers to the page of a profile: the data of its views, made of reports.

import { noun } from '../../lib/numbers.js';
import type { Flame, FlameFrame } from '../../pprof/flame.js';
import { DIFFERENCE } from '../../pprof/flamesvg.js';
import { shortName } from '../../pprof/info.js';
import { listings } from '../../pprof/listing.js';
import { percentage } from '../../pprof/measure.js';
import { compilePattern } from '../../pprof/pattern.js';
import { profileLabels, type Report } from '../../pprof/report.js';
import { topRows } from '../../pprof/top.js';
import { treeText } from '../../pprof/tree.js';
import type { FlameData, MarkData, PeekData, SourceData, TopData } from './data.js';

/** The most rows of a table, and listings of functions, in an answer: more are not read by a person. */
const MAX_ROWS = 2000;
const MAX_LISTINGS = 100;

interface FlameReport {
  readonly report: Report;
  readonly warnings: readonly string[];
  readonly flame: Flame;
}

/** The flame graph, in columns, which take a third of the bytes that one object per frame does. */
export function flameData({ report, warnings, flame }: FlameReport): FlameData {
  const { frames, funcs, losses } = flame;
  const words: string[] = [];
  const places = new Map<number, number>();
  const word = (value: number): number => {
    let place = places.get(value);
    if (place === undefined) {
      place = words.push(report.format(value)) - 1;
      places.set(value, place);
    }
    return place;
  };
  const column = (name: keyof FlameFrame) => frames.map((frame) => frame[name]);
  return {
    funcs: funcs.map((func) => ({ ...func, short: shortName(func.name) })),
    frames: {
      func: column('func'),
      parent: column('parent'),
      depth: column('depth'),
      start: column('start'),
      weight: column('weight'),
      value: column('value'),
      self: column('self'),
    },
    losses,
    words,
    valueText: frames.map(({ value }) => word(value)),
    selfText: frames.map(({ self }) => word(self)),
    labels: withoutBuildId([...warnings, ...profileLabels(report), ...(losses ? [DIFFERENCE] : [])]),
  };
}

/** The functions whose names match, and what was found in or below them. @throws ProfileError for no regular expression */
export function markData({ report, flame: { frames, funcs } }: FlameReport, pattern: string): MarkData {
  const matches = compilePattern('search', pattern);
  const isFound = funcs.map(({ name }) => matches(name));
  const found = isFound.flatMap((is, k) => (is ? [k] : []));
  // A frame inside of one that was found is already counted with it.
  const isInside = new Uint8Array(frames.length);
  let value = 0;
  for (const [k, frame] of frames.entries()) {
    const isCounted = frame.parent >= 0 && isInside[frame.parent] === 1;
    if (!isCounted && isFound[frame.func]) value += frame.value;
    isInside[k] = Number(isCounted || isFound[frame.func] === true);
  }
  const names = [...new Set(found.map((k) => funcs[k]!.name))];
  const count = `${found.length} ${noun(found.length, 'function')}`;
  const share = percentage(value, frames[0]!.value).trim();
  return { funcs: found, names, text: `Search: ${count}, ${report.format(value)} (${share}) in and below` };
}

/** The functions that cost most, as -top has them. */
export function topData({ report, warnings }: Pick<FlameReport, 'report' | 'warnings'>): TopData {
  const { labels, rows } = topRows(report);
  const share = (value: number) => percentage(value, report.total).trim();
  let sum = 0;
  const kept = rows.slice(0, MAX_ROWS).map(({ name, inline, flat, cum, flatText, cumText }) => {
    sum += flat;
    return {
      name,
      inline,
      flat: flatText,
      flatPercent: share(flat),
      sumPercent: share(sum),
      cum: cumText,
      cumPercent: share(cum),
    };
  });
  return { rows: kept, more: rows.length - kept.length, labels: withoutBuildId([...warnings, ...labels]) };
}

/** The labels that a person needs. */
function withoutBuildId(labels: readonly string[]): string[] {
  return labels.filter((label) => !label.startsWith('Build ID:')).map((label) => label.trim());
}

/** The callers and callees of the functions that match, as -peek has them. @throws ProfileError if there are none */
export function peekData(report: Report, pattern: string): PeekData {
  return { text: [...treeText(report, pattern)].join('') };
}

/** The source of the functions that match, as -list has it. @throws ProfileError if there are none */
export function sourceData(report: Report, pattern: string): SourceData {
  const all = listings(report, pattern);
  const { total, format } = report;
  const written = (value: number) => (value === 0 ? '' : format(value));
  return {
    listings: all.slice(0, MAX_LISTINGS).map(({ name, file, flat, cum, lines, error }) => ({
      name,
      file,
      flat: format(flat),
      cum: format(cum),
      cumPercent: percentage(cum, total).trim(),
      error: error ?? (file === '' ? 'the profile does not say where its source is' : ''),
      lines: lines.map(({ line, text, flat, cum }) => ({
        line,
        text,
        flat: written(flat),
        cum: written(cum),
        part: total === 0 ? 0 : Math.min(1, Math.abs(cum / total)),
      })),
    })),
    more: Math.max(0, all.length - MAX_LISTINGS),
  };
}
