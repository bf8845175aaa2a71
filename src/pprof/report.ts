// The common part of all reports: the filtered profile, its total, its units, and the first lines. After New and reportLabels
// in google/pprof's internal/report, and generateRawReport in its internal/driver.

import { type Config, configFor, filterNames, type ReportKind } from './config.js';
import { filterProfile, labelUnits } from './filter.js';
import { type Node, valuesOf } from './graph.js';
import { aggregate, baseName } from './info.js';
import { formatValue, percentage, scale } from './measure.js';
import type { Profile } from './profile.js';
import { sampleIndex, totalOf } from './samples.js';
import { trimPath } from './sources.js';
import { addTagFrames } from './tagroot.js';
import { timeText } from './time.js';
import { type Trimmed, trimGraph } from './trim.js';

/** A profile that is ready to be reported. */
export interface Report {
  readonly kind: ReportKind;
  readonly config: Config;
  /** The profile after the filters, in the granularity of the options. */
  readonly profile: Profile;
  /** Index of the sample type that is used, its name and its unit. */
  readonly index: number;
  readonly type: string;
  readonly unit: string;
  /** The value that percentages are of: all samples before the filters, or after them with `relative_percentages`. */
  readonly total: number;
  /** The units of numeric labels, by key, as the whole profile has them. */
  readonly labelUnits: ReadonlyMap<string, string>;
  /** Formats a value, divided by `divide_by`, in the unit `to`, or else in that of the options. */
  format(value: number, to?: string): string;
}

/**
 * Prepares a report of this kind.
 * @param warn called with one line for each filter that matched nothing
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
  const left = filterProfile(addTagFrames(profile, config, warn), config, warn);
  return {
    kind,
    config,
    profile: withPaths(aggregate(left, config.granularity, !config.noinlines), kind, config),
    index,
    type: config.mean ? `mean_${type}` : type,
    unit,
    total: totalOf(config.relative_percentages ? left : profile, index, config.mean),
    labelUnits: labelUnits(profile),
    format: (value, to = config.unit) => formatValue(divide(value, config), unit, to),
  };
}

/** Divides a value by `divide_by`, as Go does: it multiplies by the inverse and truncates. */
export function divide(value: number, { divide_by }: Config): number {
  return divide_by === 1 ? value : Math.trunc(value * (1 / divide_by));
}

/** The profile with trimmed file names for reports of graphs; reports of samples show whole names. */
function withPaths(profile: Profile, kind: ReportKind, { trim_path, source_path }: Config): Profile {
  if (['raw', 'proto', 'traces', 'tags', 'comments'].includes(kind)) return profile;
  const functions = profile.functions.map((func) =>
    func.file === '' ? func : { ...func, file: trimPath(func.file, trim_path, source_path) },
  );
  return { ...profile, functions };
}

/** The trimmed graph of a report. */
export interface GraphReport extends Trimmed {
  /** Formats a value: all in one unit, unless the options say otherwise. */
  readonly format: (value: number) => string;
}

/** The trimmed graph of a report. @param visual true for a picture, see trimGraph() */
export function graphOf(report: Report, visual = false): GraphReport {
  const { config, profile, index, format } = report;
  const trimmed = trimGraph(profile, {
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

/** The unit that suits the smallest value without making the largest one too long. */
function commonUnit({ total, unit, config }: Report, nodes: readonly Node[]): string {
  if (nodes.length === 0) return config.unit;
  let least = 0;
  for (const node of nodes) {
    const { flat, cum } = valuesOf(node);
    const size = Math.abs(flat) || Math.abs(cum);
    if (size > 0 && (least === 0 || size < least)) least = size;
  }
  least = divide(least || total, config);
  const most = divide(total, config);
  const unitOf = (value: number) => scale(value, unit, 'minimum').unit;
  const apart = unitOf(least) !== unitOf(most) && least * 100 < most;
  return unitOf(apart ? 100 * least : least) || unit;
}

/** The lines about a profile: the program, the sample type, the time and the duration. */
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

/** The lines before a graph: about the profile, the filters, and the part that is shown. */
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
/** Bytes of a filter that a report shows. */
const MAX_FILTER = 80;
