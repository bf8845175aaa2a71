// The graph of calls in Graphviz's language dot: one box per function, with larger letters the more it spent by itself, and
// one arrow per call, wider the more was spent in it. After ComposeDot in google/pprof's internal/graph.

import { writable } from '../lib/markup.js';
import { compareTexts } from '../lib/order.js';
import { type Edge, meanOf, type Node, sortedEdges, type Tag, valuesOf } from './graph.js';
import { baseName, shortName } from './info.js';
import { formatValue, percentage, scale } from './measure.js';
import { type GraphReport, graphLabels, graphOf, type Report } from './report.js';
import { MAX_TAGS } from './trim.js';

/** The input of a picture. */
export interface Drawing {
  /** Name of the program that was profiled, or '' if unknown. */
  readonly title: string;
  /** Lines of the legend; none for a picture without one. */
  readonly labels: readonly string[];
  readonly graph: Pick<GraphReport, 'nodes' | 'format'>;
  /** The value that percentages are of. */
  readonly total: number;
}

/** Prepares the picture of a report. @param legend whether it has a legend */
export function drawingOf(report: Report, legend = true): Drawing {
  const graph = graphOf(report, true);
  const title = baseName(report.profile.mappings?.[0]?.file ?? '').replace(/^\.$/, '');
  return { title, graph, total: report.total, labels: legend ? graphLabels(report, graph, true) : [] };
}

/** The picture as a file in dot. Equal pictures give equal texts. */
export function dot({ title, labels, graph: { nodes, format }, total }: Drawing): string {
  // The unit is a text of the profile as well, so values are escaped.
  const graph = { nodes, format: (value: number) => escapeText(format(value)) };
  const drawing = { title, labels, graph, total };
  const number = new Map(graph.nodes.map((node, k) => [node, k + 1]));
  const largest = graph.nodes.reduce((most, node) => Math.max(most, Math.abs(valuesOf(node).flat)), 0);
  const lines = [`digraph "${escapeText(title || 'unnamed')}" {`, 'node [style=filled fillcolor="#f8f8f8"]'];
  if (labels.length > 0) lines.push(legend(title, labels));

  const tagged = new Set<Node>();
  for (const [node, n] of number) {
    lines.push(box(drawing, node, n, largest));
    const tags = tagBoxes(node, n, graph.format);
    if (tags.length > 0) tagged.add(node);
    lines.push(...tags);
  }
  // The heavier edges first: Graphviz uses the order as a hint.
  for (const edge of sortedEdges(graph.nodes.flatMap((node) => [...node.out.values()]))) {
    lines.push(arrow(drawing, edge, number.get(edge.from)!, number.get(edge.to) ?? ABSENT, tagged.has(edge.from)));
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

/** Number of a node that is not in the picture, because the values of its calls cancel out. */
const ABSENT = 0;

function legend(title: string, labels: readonly string[]): string {
  const text = labels.map(escapeText).join('\\l');
  const tip = title === '' ? '' : ` tooltip="${escapeText(title)}"`;
  return `subgraph cluster_L { "${escapeText(labels[0]!)}" [shape=box fontsize=16 label="${text}\\l"${tip}] }`;
}

function box({ graph: { format }, total }: Drawing, node: Node, n: number, largest: number): string {
  const { info } = node;
  const { flat, cum } = valuesOf(node);
  const share = (value: number) => `${format(value)} (${percentage(value, total).trim()})`;
  const own = flat === 0 ? '0' : share(flat);
  const all = cum === flat ? '' : `${flat === 0 ? ' ' : '\\n'}of ${share(cum)}`;
  const growth = largest === 0 ? 0 : Math.ceil(GROWTH * Math.sqrt(Math.abs(flat) / largest));
  const score = cum / Math.abs(total);
  return (
    `N${n} [label="${nameLines(node)}\\n${own}${all}" id="node${n}" fontsize=${SMALLEST + growth} shape=box ` +
    `tooltip="${escapeText(info.label)} (${format(cum)})" color="${edgeColour(score)}" fillcolor="${groundColour(score)}"]`
  );
}
/** Size of letters in points, and how much larger they get with the square root of the value, as in pprof. */
const SMALLEST = 8;
const GROWTH = 16;

/** A node's name, one line per part. */
function nameLines({ info }: Node): string {
  const { address, name, file, line, column, object } = info;
  const short = escapeText(shortName(name))
    .replaceAll('::', '\\n')
    .replaceAll('[...]', '[…]') // Go's type parameters contain no parts
    .replaceAll('.', '\\n');
  const place = file === '' ? '' : escapeText(baseName(file));
  const parts: string[] = [];
  if (address !== 0) parts.push(address.toString(16).padStart(16, '0'));
  if (short !== '') parts.push(short);
  if (line !== 0) parts.push(`${place}:${line}${column === 0 ? '' : `:${column}`}`);
  else if (place !== '') parts.push(place);
  else if (short === '') parts.push(object === '' ? '<unknown>' : `[${escapeText(baseName(object))}]`);
  return parts.join('\\n');
}

function arrow({ graph: { format }, total }: Drawing, edge: Edge, from: number, to: number, isTagged: boolean): string {
  const { inline, residual } = edge;
  const weight = meanOf(edge.weight, edge.weightDiv);
  const value = format(weight);
  const attributes = [`label=" ${value}${inline ? '\\n (inline)' : ''}"`];
  if (total !== 0) {
    // In a difference an edge may weigh more than the total.
    const parts = (whole: number) => 1 + Math.min(Math.abs(Math.trunc((weight * whole) / total)), whole);
    if (parts(100) > 1) attributes.push(`weight=${parts(100)}`);
    if (parts(5) > 1) attributes.push(`penwidth=${parts(5)}`);
    attributes.push(`color="${edgeColour(weight / Math.abs(total))}"`);
  }
  const tip = `"${escapeText(edge.from.info.label)} ${residual ? '...' : '->'} ${escapeText(edge.to.info.label)} (${value})"`;
  attributes.push(`tooltip=${tip}`, `labeltooltip=${tip}`);
  if (residual) attributes.push('style="dotted"');
  if (isTagged) attributes.push('minlen=2'); // for the boxes of labels
  return `N${from} -> N${to} [${attributes.join(' ')}]`;
}

const edgeColour = (score: number) => colour(score, 1, 0.7);
const groundColour = (score: number) => colour(score, 0.1, 0.93);

/** A colour from green, for -1, over grey to red, for 1, of a fraction of the total; small fractions differ most. */
function colour(score: number, saturation: number, value: number): string {
  const part = Math.min(Math.abs(Number.isNaN(score) ? 0 : score), 1);
  const strength = part < GREY ? (saturation * part) / GREY : saturation;
  const shifted = part ** 0.3;
  const faded = value * (1 - strength * shifted);
  const [red, green] = score < 0 ? [faded, value] : [value, faded];
  const hex = (channel: number) =>
    Math.trunc(channel * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${hex(red)}${hex(green)}${hex(value * (1 - strength))}`;
}
/** Fraction below which colours fade to grey; without it they would be yellow. As in pprof. */
const GREY = 0.2;

/**
 * Escapes a text for a quoted string of dot; its lines are left-aligned. Unlike Go, `&` is escaped, because Graphviz reads it
 * as the beginning of an entity, and characters that SVG does not allow are replaced.
 */
export function escapeText(text: string): string {
  return writable(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\r', ' ')
    .replaceAll('\n', '\\l');
}

// The small boxes at the box of a function, for the labels of its samples. After addNodelets in google/pprof's
// internal/graph.

type Format = (value: number) => string;
/** The parts of a tag that are drawn. */
type Drawn = Omit<Tag, 'unit' | 'value'>;

/** The boxes and arrows of the labels of node `n`, one line each. */
export function tagBoxes(node: Node, n: number, format: Format): string[] {
  // A node without callees stands for callees that were left out, so it shows their labels, too.
  const flat = node.out.size > 0;
  const lines: string[] = [];
  for (const [k, tag] of sortTags([...node.labelTags.values()], flat)
    .slice(0, MAX_TAGS)
    .entries()) {
    const weight = valuesOf(tag)[flat ? 'flat' : 'cum'];
    if (weight === 0) continue;
    lines.push(...boxAndArrow(`N${n}`, `N${n}_${k}`, tag.name, format(weight), ''));
    lines.push(...sizeBoxes(node.numericTags.get(tag.name), `N${n}_${k}`, flat, format));
  }
  return [...lines, ...sizeBoxes(node.numericTags.get(''), `N${n}`, flat, format)];
}

function sizeBoxes(tags: ReadonlyMap<string, Tag> | undefined, from: string, flat: boolean, format: Format): string[] {
  return groupTags([...(tags?.values() ?? [])], flat).flatMap((tag, k) => {
    const { flat: own, cum } = valuesOf(tag);
    const isOwn = flat || own === cum;
    const weight = isOwn ? own : cum;
    if (weight === 0) return [];
    return boxAndArrow(from, `N${from}_${k}`, tag.name, format(weight), isOwn ? '' : ' style="dotted"');
  });
}

function boxAndArrow(from: string, id: string, name: string, weight: string, style: string): string[] {
  // The labels of one sample are joined by dot's line break.
  const text = escapeText(name).replaceAll('\\\\n', '\\n');
  return [
    `${id} [label = "${text}" id="${id}" fontsize=8 shape=box3d tooltip="${weight}"]`,
    `${from} -> ${id} [label=" ${weight}" weight=100 tooltip="${weight}" labeltooltip="${weight}"${style}]`,
  ];
}

function sortTags<T extends Drawn>(tags: readonly T[], flat: boolean): T[] {
  return [...tags].sort((a, b) => {
    if (!flat && a.cum !== b.cum) return Math.abs(b.cum) - Math.abs(a.cum);
    if (a.flat !== b.flat) return Math.abs(b.flat) - Math.abs(a.flat);
    return compareTexts(a.name, b.name);
  });
}

/** At most MAX_TAGS groups of sizes: the heaviest sizes, each with those that are nearest to it. */
function groupTags(tags: readonly Tag[], flat: boolean): Drawn[] {
  const all = sortTags(tags, flat);
  if (all.length <= MAX_TAGS) return all;
  const groups = all.slice(0, MAX_TAGS).map((tag) => [tag]);
  for (const tag of all.slice(MAX_TAGS)) {
    const distances = groups.map(([first]) => Math.abs(scale(first!.value, first!.unit, tag.unit).value - tag.value));
    groups[distances.indexOf(Math.min(...distances))]!.push(tag);
  }
  return sortTags(groups.map(joinTags), flat);
}

function joinTags(group: readonly Tag[]): Drawn {
  const sum = (part: 'flat' | 'flatDiv' | 'cum' | 'cumDiv') => group.reduce((all, tag) => all + tag[part], 0);
  const byValue = [...group].sort((a, b) => scale(a.value, a.unit, b.unit).value - b.value);
  const [least, most] = [byValue[0]!, byValue.at(-1)!].map(({ value, unit }) => formatValue(value, unit, 'auto'));
  return {
    name: group.length === 1 ? least! : `${least}..${most}`,
    flat: meanOf(sum('flat'), sum('flatDiv')),
    flatDiv: 0,
    cum: meanOf(sum('cum'), sum('cumDiv')),
    cumDiv: 0,
  };
}
