// What all reports share: the profile as the options want it seen, its total, units, and the lines that a report begins
// with. After New and reportLabels in google/pprof's internal/report, and generateRawReport in its internal/driver.

import { type Config, configFor, filterNames, type ReportKind } from './config.js';
import { filtered, labelUnits } from './filter.js';
import { type Node, valuesOf } from './graph.js';
import { aggregate, baseName } from './info.js';
import { formatValue, percentage, scale } from './measure.js';
import type { Profile } from './profile.js';
import { sampleIndex, totalOf } from './samples.js';
import { trimmedPath } from './sources.js';
import { withTagFrames } from './tagroot.js';
import { timeText } from './time.js';
import { type Trimmed, trimmedGraph } from './trim.js';

/** A profile that is ready to be reported. */
export interface Report {
  readonly kind: ReportKind;
  readonly config: Config;
  /** What the filters left, and no finer than the granularity. */
  readonly profile: Profile;
  /** The place of the values that count, what they count and in what. */
  readonly index: number;
  readonly type: string;
  readonly unit: string;
  /** What percentages are of: the samples before the filters, unless `relative_percentages`. */
  readonly total: number;
  /** The units of numeric labels, by key, as the whole profile has them. */
  readonly labelUnits: ReadonlyMap<string, string>;
  /** A value as text, in this unit or the one that the options ask for, and divided as they ask for. */
  format(value: number, to?: string): string;
}

/**
 * Gets `profile` ready for this kind of report.
 * @param warn told of filters that nothing matched, a line each
 * @throws ProfileError if an option makes no sense for this profile
 */
export function newReport(
  profile: Profile,
  kind: ReportKind,
  options: Config,
  warn: (line: string) => void = () => {},
): Report {
  const config = configFor(kind, options);
  const index = sampleIndex(profile, config.sample_index);
  const { type, unit } = profile.sampleTypes[index]!;
  const left = filtered(withTagFrames(profile, config, warn), config, warn);
  return {
    kind,
    config,
    profile: withPaths(aggregate(left, config.granularity, !config.noinlines), kind, config),
    index,
    type: config.mean ? `mean_${type}` : type,
    unit,
    total: totalOf(config.relative_percentages ? left : profile, index, config.mean),
    labelUnits: labelUnits(profile),
    format: (value, to = config.unit) => formatValue(divided(value, config), unit, to),
  };
}

/** A value as `divide_by` wants it. Go multiplies by the inverse, and what comes of it is a whole number. */
export function divided(value: number, { divide_by }: Config): number {
  return divide_by === 1 ? value : Math.trunc(value * (1 / divide_by));
}

/** The profile with its files' names as graphs show them; what shows samples leaves them as they are. */
function withPaths(profile: Profile, kind: ReportKind, { trim_path, source_path }: Config): Profile {
  if (['raw', 'proto', 'traces', 'tags', 'comments'].includes(kind)) return profile;
  const functions = profile.functions.map((func) =>
    func.file === '' ? func : { ...func, file: trimmedPath(func.file, trim_path, source_path) },
  );
  return { ...profile, functions };
}

/** The trimmed graph of a report, and how values are written in it: all in one unit, unless the options say otherwise. */
export interface GraphReport extends Trimmed {
  readonly format: (value: number) => string;
}

/** @param visual whether it is for a picture, see trimmedGraph */
export function graphOf(report: Report, visual = false): GraphReport {
  const { config, profile, index, format } = report;
  const trimmed = trimmedGraph(profile, {
    index,
    mean: config.mean,
    sort: config.sort,
    nodecount: config.nodecount,
    nodefraction: config.nodefraction,
    edgefraction: config.edgefraction,
    dropNegative: config.drop_negative,
    unit: config.unit,
    visual,
    callTree: visual && config.call_tree,
  });
  const shown = config.unit === 'minimum' ? commonUnit(report, trimmed.nodes) : config.unit;
  return { ...trimmed, format: (value) => format(value, shown) };
}

/** The unit that suits the smallest value and does not make the largest too long. */
function commonUnit({ total, unit, config }: Report, nodes: readonly Node[]): string {
  if (nodes.length === 0) return config.unit;
  let least = 0;
  for (const node of nodes) {
    const { flat, cum } = valuesOf(node);
    const size = Math.abs(flat) || Math.abs(cum);
    if (size > 0 && (least === 0 || size < least)) least = size;
  }
  least = divided(least || total, config);
  const most = divided(total, config);
  const unitOf = (value: number) => scale(value, unit, 'minimum').unit;
  const apart = unitOf(least) !== unitOf(most) && least * 100 < most;
  return unitOf(apart ? 100 * least : least) || unit;
}

/** What a report says of its profile: the program, what was counted, when and for how long. */
export function profileLabels({ profile, type, unit, total, format }: Report): string[] {
  const labels: string[] = [];
  const main = profile.mappings?.[0];
  if (main?.file) labels.push(`File: ${baseName(main.file)}`);
  if (main?.buildId) labels.push(`Build ID: ${main.buildId}`);
  labels.push(...(profile.comments ?? []).filter((comment) => !comment.startsWith('#')));
  if (type !== '') labels.push(`Type: ${type}`);
  if (profile.docUrl !== undefined) labels.push(`Doc: ${profile.docUrl}`);
  if (profile.timeNs !== undefined) labels.push(`Time: ${timeText(profile.timeNs)}`);
  if (profile.durationNs !== undefined) {
    const duration = formatValue(profile.durationNs, 'nanoseconds');
    const spent = scale(total, unit, 'nanoseconds');
    const isTime = spent.unit === 'ns' && spent.value !== 0;
    const share = isTime ? `(${percentage(Math.trunc(spent.value), profile.durationNs)})` : '';
    labels.push(`Duration: ${duration}, Total samples = ${format(total)} ${share}`);
  }
  return labels;
}

/** The lines before a report of a graph: the profile's, the filters, and how much of it is shown. */
export function graphLabels(report: Report, graph: GraphReport, full = false): string[] {
  const { config, total } = report;
  const { nodes, before, droppedNodes, droppedEdges, format } = graph;
  const labels = full || !config.compact_labels ? profileLabels({ ...report, format }) : [];
  const filters = filterNames.filter((name) => config[name] !== '').map((name) => `${name}=${config[name]}`);
  if (filters.length > 0) labels.push('Active filters:', ...filters.map((filter) => `   ${cut(filter)}`));
  const shown = nodes.reduce((sum, node) => sum + valuesOf(node).flat, 0);
  labels.push(
    `Showing nodes accounting for ${format(shown)}, ${percentage(shown, total).trim()} of ${format(total)} total`,
  );
  if (total === 0) return labels;
  const dropped = (n: number, what: string, by: string, fraction: number) =>
    `Dropped ${n} ${what}${n > 1 ? 's' : ''} (${by} <= ${format(Math.abs(Math.trunc(total * fraction)))})`;
  if (droppedNodes > 0) labels.push(dropped(droppedNodes, 'node', 'cum', config.nodefraction));
  if (full && droppedEdges > 0) labels.push(dropped(droppedEdges, 'edge', 'freq', config.edgefraction));
  if (nodes.length > 0 && nodes.length < before) labels.push(`Showing top ${nodes.length} nodes out of ${before}`);
  return labels;
}

function cut(filter: string): string {
  const bytes = Buffer.from(filter);
  return bytes.length > MAX_FILTER ? `${bytes.subarray(0, MAX_FILTER).toString()}…` : filter;
}
/** Bytes of a filter that are shown. */
const MAX_FILTER = 80;
