// Reports `tree` and `peek`: each place between its callers and its callees. After printTree in google/pprof's internal/report.

import { type Edge, type Node, sortedEdges, valuesOf } from './graph.js';
import { percentage } from './measure.js';
import { compilePattern } from './pattern.js';
import { ProfileError } from './profile.js';
import { type GraphReport, graphLabels, graphOf, type Report } from './report.js';

const SEPARATOR = `${'-'.repeat(58)}+${'-'.repeat(13)}\n`;
const LEGEND = '      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n';

/**
 * The report, line by line.
 * @param pattern pattern of the names of the places to show, for `peek`; all places without it
 * @throws ProfileError if it matches none
 */
export function* treeText(report: Report, pattern?: string): Generator<string> {
  const graph = graphOf(report);
  const matches = pattern === undefined ? () => true : compilePattern(report.kind, pattern);
  const nodes = graph.nodes.filter(({ info }) => matches(info.label));
  if (pattern !== undefined && nodes.length === 0) throw noMatch(pattern);
  yield* graphLabels(report, graph).map((label) => `${label}\n`);
  yield SEPARATOR;
  yield LEGEND;
  let sum = 0;
  for (const node of nodes) {
    sum += valuesOf(node).flat;
    yield SEPARATOR;
    for (const edge of sortedEdges(node.in.values())) yield call(edge, edge.from, node, graph);
    yield row(node, sum, report, graph);
    for (const edge of sortedEdges(node.out.values())) yield call(edge, edge.to, node, graph);
  }
  if (graph.nodes.length > 0) yield SEPARATOR;
}

/** The error of a pattern that no function matches. */
export function noMatch(pattern: string): ProfileError {
  return new ProfileError(`no matches found for regexp: ${pattern}`);
}

/** The line of a call. As in pprof, values of calls are sums even if those of nodes are means. */
function call({ weight, inline }: Edge, other: Node, node: Node, { format }: GraphReport): string {
  const share = `${format(weight).padStart(50)} ${percentage(weight, valuesOf(node).cum)}`;
  return `${share} |   ${other.info.label}${inline ? ' (inline)' : ''}\n`;
}

function row(node: Node, sum: number, { total }: Report, { format }: GraphReport): string {
  const { flat, cum } = valuesOf(node);
  const own = `${format(flat).padStart(10)} ${percentage(flat, total)} ${percentage(sum, total)}`;
  return `${own} ${format(cum).padStart(10)} ${percentage(cum, total)}                | ${node.info.label}\n`;
}
