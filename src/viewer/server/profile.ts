// What the page of a profile asks for. Every answer is made anew of the profile and the question, but for the flame graph
// of the last question, which a search looks through, too.

import type { Config, ReportKind } from '../../pprof/config.js';
import { dot, drawingOf } from '../../pprof/dot.js';
import type { Flame } from '../../pprof/flame.js';
import { flameOf } from '../../pprof/flamesvg.js';
import { graphviz } from '../../pprof/graphviz.js';
import type { Profile } from '../../pprof/profile.js';
import { newReport, type Report } from '../../pprof/report.js';
import { sampleIndex } from '../../pprof/samples.js';
import { flameData, markData, peekData, sourceData, topData } from './answers.js';
import type { About, GraphData } from './data.js';
import { within } from './deadline.js';
import { pageFiles } from './files.js';
import { json, type Route } from './server.js';

/** A profile, and how it is looked at unless the page asks for something else. */
export interface Viewed {
  readonly profile: Profile;
  /** What the page is called: the file's name. */
  readonly title: string;
  readonly config: Config;
}

/** Nobody waits longer for an answer, and for a picture. */
const PATIENCE_MS = 10_000;
const GRAPH_PATIENCE_MS = 30_000;
/** Letters of a regular expression that a page may ask for. */
const MAX_PATTERN = 1000;

/** A report for a question, and what its filters say. */
interface Made {
  readonly report: Report;
  readonly warnings: readonly string[];
}

/**
 * The page of a profile and all that it asks for, by path.
 * @throws ProfileError if the options make no sense for this profile
 */
export function profileRoutes({ profile, title, config }: Viewed): Map<string, Route> {
  newReport(profile, 'top', config);
  const made = (kind: ReportKind, query: URLSearchParams, more: Partial<Config> = {}): Made => {
    const warnings: string[] = [];
    const report = newReport(profile, kind, { ...asked(config, query), ...more }, (line) => warnings.push(line.trim()));
    return { report, warnings };
  };

  let last: (Made & { readonly part: string; readonly flame: Flame }) | undefined;
  const flamed = (query: URLSearchParams) => {
    const part = JSON.stringify(['sample', 'focus', 'ignore'].map((name) => query.get(name)));
    if (last?.part === part) return last;
    const of = made('flame', query);
    last = { ...of, part, flame: flameOf(of.report) };
    return last;
  };

  const answers: Readonly<Record<string, (query: URLSearchParams) => object>> = {
    about: () => about(profile, title, config),
    flame: (query) => flameData(flamed(query)),
    mark: (query) => markData(flamed(query), pattern(query, 'mark')),
    top: (query) => topData(made('top', query, { sort: query.get('sort') === 'cum' ? 'cum' : 'flat' })),
    peek: (query) => peekData(made('peek', query).report, pattern(query, 'func')),
    source: (query) => sourceData(made('list', query).report, pattern(query, 'func')),
  };
  const routes = pageFiles('profile.html');
  for (const [name, answer] of Object.entries(answers)) {
    routes.set(`/data/${name}`, (query) => json(within(PATIENCE_MS, name, () => answer(query))));
  }
  routes.set('/data/graph', async (query) => {
    const draw = await graphviz();
    const svg = within(GRAPH_PATIENCE_MS, 'graph', () => draw(dot(drawingOf(made('dot', query).report, false))));
    return json({ svg } satisfies GraphData);
  });
  return routes;
}

function about(profile: Profile, title: string, config: Config): About {
  const samples = profile.sampleTypes.map(({ type }) => type);
  const { sample_index, focus, ignore } = config;
  return { title, samples, sample: samples[sampleIndex(profile, sample_index)]!, focus, ignore };
}

/** The options of a question: those of the command line, where it does not say more. */
function asked(config: Config, query: URLSearchParams): Config {
  return {
    ...config,
    sample_index: query.get('sample') || config.sample_index,
    focus: pattern(query, 'focus', config.focus),
    ignore: pattern(query, 'ignore', config.ignore),
  };
}

function pattern(query: URLSearchParams, name: string, usual = ''): string {
  const given = query.get(name) ?? usual;
  if (given.length <= MAX_PATTERN) return given;
  throw new Error(`${name}: expected at most ${MAX_PATTERN} letters, got ${given.length}`);
}
