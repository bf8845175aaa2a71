// What the page of a profile asks for. Every answer is made anew of the profile and the question, but for the flame graph
// of the last question, which a search looks through, too.

import { basename } from 'node:path';
import { Regexp } from '../lib/regexp.js';
import type { Config, ReportKind } from '../pprof/config.js';
import { dot, drawingOf } from '../pprof/dot.js';
import type { Flame, FlameFrame } from '../pprof/flame.js';
import { flameOf } from '../pprof/flameof.js';
import { graphviz } from '../pprof/graphviz.js';
import { percentage } from '../pprof/measure.js';
import type { Profile } from '../pprof/profile.js';
import { graphLabels, graphOf, newReport, profileLabels, type Report } from '../pprof/report.js';
import { sampleIndex } from '../pprof/samples.js';
import { shortName } from '../pprof/shortname.js';
import type { About, FlameData, GraphData, MarkData, TopData } from './data.js';
import { within } from './deadline.js';
import { pageFiles } from './files.js';
import { json, type Route } from './server.js';

/** A profile, and how it is looked at unless the page asks for something else. */
export interface Viewed {
  readonly profile: Profile;
  /** The file that it came from. */
  readonly file: string;
  readonly config: Config;
}

/** Nobody waits longer for an answer. */
const PATIENCE_MS = 10_000;
/** Letters of a regular expression that a page may ask for. */
const MAX_PATTERN = 1000;
/** Rows of a table that anyone reads. */
const MAX_ROWS = 1000;

/** The page of a profile and all that it asks for, by path. */
export function profileRoutes(viewed: Viewed): Map<string, Route> {
  const { profile, file, config } = viewed;
  const reportOf = (kind: ReportKind, query: URLSearchParams, more: Partial<Config> = {}): Report =>
    newReport(profile, kind, { ...configOf(config, query), ...more });

  let last: { readonly part: string; readonly report: Report; readonly flame: Flame } | undefined;
  const flameFor = (query: URLSearchParams) => {
    const part = JSON.stringify(['sample', 'focus', 'ignore'].map((name) => query.get(name)));
    if (last?.part !== part) {
      // The same name in two files is two functions.
      const report = reportOf(
        'flame',
        query,
        config.granularity === 'functions' ? { granularity: 'filefunctions' } : {},
      );
      last = { part, report, flame: flameOf(report) };
    }
    return last;
  };

  const answers: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    about: () => about(profile, file, config),
    flame: (query) => flameData(flameFor(query)),
    mark: (query) => markData(flameFor(query), patternOf(query, 'mark')),
    top: (query) => topData(reportOf('top', query)),
  };
  const routes = pageFiles('profile.html');
  for (const [name, make] of Object.entries(answers)) {
    routes.set(`/data/${name}`, (query) => json(within(PATIENCE_MS, name, () => make(query))));
  }
  routes.set('/data/graph', async (query) => {
    const draw = await graphviz();
    const svg = within(PATIENCE_MS, 'graph', () => draw(dot(drawingOf(reportOf('dot', query), false))));
    return json({ svg } satisfies GraphData);
  });
  return routes;
}

function configOf(config: Config, query: URLSearchParams): Config {
  const given = (name: string, usual: string) => (query.has(name) ? patternOf(query, name) : usual);
  return {
    ...config,
    sample_index: query.get('sample') || config.sample_index,
    focus: given('focus', config.focus),
    ignore: given('ignore', config.ignore),
  };
}

function patternOf(query: URLSearchParams, name: string): string {
  const pattern = query.get(name) ?? '';
  if (pattern.length <= MAX_PATTERN) return pattern;
  throw new Error(`${name}: expected at most ${MAX_PATTERN} letters, got ${pattern.length}`);
}

function about(profile: Profile, file: string, config: Config): About {
  const samples = profile.sampleTypes.map(({ type }) => type);
  return { title: basename(file), samples, sample: samples[sampleIndex(profile, config.sample_index)]! };
}

function flameData({ report, flame }: { readonly report: Report; readonly flame: Flame }): FlameData {
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
    labels: profileLabels(report),
  };
}

function markData({ report, flame }: { readonly report: Report; readonly flame: Flame }, pattern: string): MarkData {
  const regexp = new Regexp(pattern);
  const isFound = flame.funcs.map(({ name }) => regexp.test(name));
  const funcs = flame.funcs.flatMap((_, k) => (isFound[k] ? [k] : []));
  // What is below a frame that was found is in it already.
  const isInside = new Uint8Array(flame.frames.length);
  let value = 0;
  for (const [k, frame] of flame.frames.entries()) {
    const isIn = frame.parent >= 0 && isInside[frame.parent] === 1;
    if (!isIn && isFound[frame.func]) value += frame.value;
    isInside[k] = Number(isIn || isFound[frame.func] === true);
  }
  const total = flame.frames[0]!.value;
  return {
    funcs,
    names: [...new Set(funcs.map((k) => flame.funcs[k]!.name))],
    text: `Search: ${funcs.length} function${funcs.length === 1 ? '' : 's'} with ${report.format(value)} (${percentage(value, total).trim()})`,
  };
}

function topData(report: Report): TopData {
  const graph = graphOf(report);
  const { nodes, format } = graph;
  const share = (value: number) => percentage(value, report.total).trim();
  return {
    rows: nodes.slice(0, MAX_ROWS).map(({ info, flat, cum }) => ({
      name: info.label,
      flat,
      cum,
      flatText: format(flat),
      flatPercent: share(flat),
      cumText: format(cum),
      cumPercent: share(cum),
    })),
    labels: graphLabels(report, graph, true),
  };
}
