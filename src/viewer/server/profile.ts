// Routes of the page of a profile. Every answer is computed from the profile and the request, except for the flame graph of the
// last request, which a search needs, too.

import type { Config, ReportKind } from '../../pprof/config.js';
import { dot, drawingOf } from '../../pprof/dot.js';
import type { Flame } from '../../pprof/flame.js';
import { flameOf } from '../../pprof/flamesvg.js';
import { graphviz } from '../../pprof/graphviz.js';
import { compilePattern } from '../../pprof/pattern.js';
import type { Profile } from '../../pprof/profile.js';
import { newReport, type Report } from '../../pprof/report.js';
import { sampleIndex } from '../../pprof/samples.js';
import { flameData, markData, peekData, sourceData, topData } from './answers.js';
import type { About, GraphData } from './data.js';
import { json, pageFiles, type Route, runWithin } from './server.js';

/** A profile, and the options of its reports unless a request has others. */
export interface Viewed {
  readonly profile: Profile;
  /** The page's title: the file's name. */
  readonly title: string;
  readonly config: Config;
}

/**
 * Deadlines of an answer and of a picture, in milliseconds: longer than a large profile needs, and as long as a person waits.
 * Matching is linear, but a pattern of a thousand states on all names of a large profile is not done in that time.
 */
const PATIENCE_MS = 10_000;
const GRAPH_PATIENCE_MS = 30_000;
/** The most letters of a regular expression in a request. */
const MAX_PATTERN = 1000;

/** A report for a request, and the warnings of its filters. */
interface Made {
  readonly report: Report;
  readonly warnings: readonly string[];
}

/**
 * The page of a profile and the answers to its requests, by path.
 * @throws ProfileError if the options are wrong for this profile
 */
export function profileRoutes({ profile, title, config }: Viewed): Map<string, Route> {
  newReport(profile, 'top', config);
  compilePattern('search', ''); // loads what patterns need, outside of a deadline: loading must not be interrupted
  const make = (kind: ReportKind, query: URLSearchParams, more: Partial<Config> = {}): Made => {
    const warnings: string[] = [];
    const report = newReport(profile, kind, { ...configOf(config, query), ...more }, (line) =>
      warnings.push(line.trim()),
    );
    return { report, warnings };
  };

  let last: (Made & { readonly part: string; readonly flame: Flame }) | undefined;
  const makeFlame = (query: URLSearchParams) => {
    const part = JSON.stringify(['sample', 'focus', 'ignore'].map((name) => query.get(name)));
    if (last?.part === part) return last;
    const of = make('flame', query);
    last = { ...of, part, flame: flameOf(of.report) };
    return last;
  };

  const answers: Readonly<Record<string, (query: URLSearchParams) => object>> = {
    about: () => about(profile, title, config),
    flame: (query) => flameData(makeFlame(query)),
    mark: (query) => markData(makeFlame(query), patternOf(query, 'mark')),
    top: (query) => topData(make('top', query, { sort: query.get('sort') === 'cum' ? 'cum' : 'flat' })),
    peek: (query) => peekData(make('peek', query).report, patternOf(query, 'func')),
    source: (query) => sourceData(make('list', query).report, patternOf(query, 'func')),
  };
  const routes = pageFiles('profile');
  for (const [name, answer] of Object.entries(answers)) {
    routes.set(`/data/${name}`, (query) => json(runWithin(PATIENCE_MS, name, () => answer(query))));
  }
  routes.set('/data/graph', async (query) => {
    const draw = await graphviz();
    const svg = runWithin(GRAPH_PATIENCE_MS, 'graph', () => draw(dot(drawingOf(make('dot', query).report, false))));
    return json({ svg } satisfies GraphData);
  });
  return routes;
}

function about(profile: Profile, title: string, config: Config): About {
  const samples = profile.sampleTypes.map(({ type }) => type);
  const { sample_index, focus, ignore } = config;
  return { title, samples, sample: samples[sampleIndex(profile, sample_index)]!, focus, ignore };
}

/** The options of a request: those of the command line, where it has no others. */
function configOf(config: Config, query: URLSearchParams): Config {
  return {
    ...config,
    sample_index: query.get('sample') || config.sample_index,
    focus: patternOf(query, 'focus', config.focus),
    ignore: patternOf(query, 'ignore', config.ignore),
  };
}

/** The regular expression called `name` in a request. @throws Error if it is too long */
function patternOf(query: URLSearchParams, name: string, usual = ''): string {
  const given = query.get(name) ?? usual;
  if (given.length <= MAX_PATTERN) return given;
  throw new Error(`${name}: expected at most ${MAX_PATTERN} letters, got ${given.length}`);
}
