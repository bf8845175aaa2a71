// Listings: the source of functions, with the values of each line. After printSource in google/pprof's internal/report.

import { byFile, byName, flatSum, type Node, newGraph } from './graph.js';
import { percentage } from './measure.js';
import { compilePattern } from './pattern.js';
import type { Report } from './report.js';
import { SourceReader } from './sources.js';
import { noMatch } from './tree.js';

/** Lines of context before the first line with a sample and after the last one, as in pprof. */
const MARGIN = 5;

/** A line of a listing, with its values. */
export interface SourceLine {
  readonly line: number;
  readonly flat: number;
  readonly cum: number;
  readonly text: string;
}

/** The lines of a function in one of its files. */
export interface Listing {
  readonly name: string;
  /** '' if the profile has no file for it. */
  readonly file: string;
  readonly flat: number;
  readonly cum: number;
  readonly lines: readonly SourceLine[];
  /** Why `lines` is empty. */
  readonly error?: string;
}

/**
 * The listings of all functions whose names match, by name and file. Sources are read from their paths in the profile, or
 * searched in the directories of `source_path`. @throws ProfileError if no function matches
 */
export function listings(report: Report, pattern: string): Listing[] {
  const { profile, index, config } = report;
  const matches = compilePattern('list', pattern);
  const graph = newGraph(profile, { index, objects: true, dropNegative: config.drop_negative });
  const nodes = graph.filter(({ info }) => matches(info.name));
  if (nodes.length === 0) throw noMatch(pattern);
  const reader = new SourceReader(config.source_path || process.cwd(), config.trim_path);
  return groupBy(nodes.sort(byName), ({ info }) => info.name).flatMap(([name, functionNodes]) => {
    const placed = functionNodes.filter(({ info }) => info.file !== '').sort(byFile);
    if (placed.length === 0) return [{ name, file: '', flat: 0, cum: 0, lines: [] }];
    return groupBy(placed, ({ info }) => info.file).map(([file, fileNodes]) => listing(name, file, fileNodes, reader));
  });
}

/** The report, line by line. */
export function* listText(report: Report, pattern: string): Generator<string> {
  const { total, format } = report;
  const all = listings(report, pattern);
  yield `Total: ${format(total)}\n`;
  const cell = (value: number) => (value === 0 ? '.' : format(value)).padStart(10);
  for (const { name, file, flat, cum, lines, error } of all) {
    if (file === '') {
      yield `No source information for ${name}\n`;
      continue;
    }
    yield `ROUTINE ======================== ${name} in ${file}\n`;
    const sums = `${format(flat).padStart(10)} ${format(cum).padStart(10)}`;
    yield `${sums} (flat, cum) ${percentage(cum, total)} of Total\n`;
    if (error !== undefined) yield ` Error: ${error}\n`;
    for (const { line, flat, cum, text } of lines) {
      yield `${cell(flat)} ${cell(cum)} ${String(line).padStart(6)}:${text}\n`;
    }
  }
}

function listing(name: string, file: string, nodes: readonly Node[], reader: SourceReader): Listing {
  const [flat, cum] = [flatSum(nodes), cumSum(nodes)];
  const source = reader.read(file);
  if (typeof source === 'string') return { name, file, flat, cum, lines: [], error: source };
  let [first, last] = [Infinity, 0];
  const at = new Map<number, Node[]>();
  for (const node of nodes) {
    const { line, startLine } = node.info;
    first = Math.min(first, startLine === 0 ? line - MARGIN : startLine);
    last = Math.max(last, line + MARGIN);
    at.set(line, [...(at.get(line) ?? []), node]);
  }
  const from = Math.max(first, 1);
  const lines = source.slice(from - 1, last).map((text, k): SourceLine => {
    const here = at.get(from + k) ?? [];
    return { line: from + k, flat: flatSum(here), cum: cumSum(here), text };
  });
  return { name, file, flat, cum, lines };
}

function cumSum(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { cum }) => sum + cum, 0);
}

/** Groups nodes by key, in the order of their first nodes. */
function groupBy(nodes: readonly Node[], key: (node: Node) => string): [string, Node[]][] {
  const all = new Map<string, Node[]>();
  for (const node of nodes) {
    const group = all.get(key(node));
    if (group) group.push(node);
    else all.set(key(node), [node]);
  }
  return [...all];
}
