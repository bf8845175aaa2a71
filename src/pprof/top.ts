// Report `top`: the places with the largest values, one per line. After printText in google/pprof's internal/report.

import { type Node, valuesOf } from './graph.js';
import { percentage } from './measure.js';
import { graphLabels, graphOf, type Report } from './report.js';

/** A line of the report. Numbers are in the sample type's unit, texts in the unit of the report. */
export interface TopRow {
  readonly name: string;
  /** '' if no calls of it were inlined, or else whether some or all were. */
  readonly inline: '' | '(partial-inline)' | '(inline)';
  readonly flat: number;
  readonly cum: number;
  readonly flatText: string;
  readonly cumText: string;
}

/** The rows, and the lines before them. */
export function topRows(report: Report): { readonly labels: readonly string[]; readonly rows: readonly TopRow[] } {
  const graph = graphOf(report);
  const rows = graph.nodes.map((node): TopRow => {
    const { flat, cum } = valuesOf(node);
    const [flatText, cumText] = [graph.format(flat), graph.format(cum)];
    return { name: node.info.label, inline: inlineOf(node), flat, cum, flatText, cumText };
  });
  return { labels: graphLabels(report, graph), rows };
}

/** The report, line by line. */
export function* topText(report: Report): Generator<string> {
  const { labels, rows } = topRows(report);
  const { total } = report;
  yield* labels.map((label) => `${label}\n`);
  yield `${'flat'.padStart(10)} ${'flat%'.padStart(6)} ${'sum%'.padStart(6)} ${'cum'.padStart(10)} ${'cum%'.padStart(6)}\n`;
  let sum = 0;
  for (const { name, inline, flat, cum, flatText, cumText } of rows) {
    sum += flat;
    const shares = `${percentage(flat, total)} ${percentage(sum, total)}`;
    const line = `${flatText.padStart(10)} ${shares} ${cumText.padStart(10)} ${percentage(cum, total)}`;
    yield `${line}  ${name}${inline === '' ? '' : ` ${inline}`}\n`;
  }
}

function inlineOf(node: Node): TopRow['inline'] {
  const edges = [...node.in.values()];
  if (!edges.some(({ inline }) => inline)) return '';
  return edges.every(({ inline }) => inline) ? '(inline)' : '(partial-inline)';
}
