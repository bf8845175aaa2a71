// The reports of mandel pprof: their names, what makes each, and the file that it is written to. What few runs need is loaded
// when a report needs it.

import { existsSync } from 'node:fs';
import { piecesInLocale } from '../../lib/locale.js';
import type { Config } from '../../pprof/config.js';
import { listText } from '../../pprof/listing.js';
import { type Profile, ProfileError } from '../../pprof/profile.js';
import { protoFile, rawText } from '../../pprof/raw.js';
import { newReport, type Report } from '../../pprof/report.js';
import { topText } from '../../pprof/top.js';
import { tagsText, tracesText } from '../../pprof/traces.js';
import { treeText } from '../../pprof/tree.js';
import { refuseTerminal } from '../../terminal/output.js';

/** A report that a flag or a line at the prompt asks for. */
export interface ReportName {
  readonly name: string;
  readonly about: string;
  /** Whether it is about functions that match a pattern. */
  readonly takesPattern?: boolean;
  /** Extension of the file that it is written to instead of a terminal; undefined for what a person reads. */
  readonly file?: string;
  /** Whether it is bytes instead of text. */
  readonly binary?: boolean;
}

export const reports: readonly ReportName[] = [
  { name: 'top', about: 'the functions that cost most, one per line' },
  { name: 'text', about: 'the same' },
  { name: 'tree', about: 'each function between its callers and what it calls' },
  { name: 'peek', about: 'the same for the functions that match a regular expression', takesPattern: true },
  { name: 'list', about: 'the source of the functions that match a regular expression', takesPattern: true },
  { name: 'traces', about: 'every sample with its stack and labels' },
  { name: 'tags', about: 'the labels of the samples, and the total of each' },
  { name: 'raw', about: 'all that is in the profile' },
  { name: 'proto', about: 'the profile as the filters leave it, as a file', file: 'pb.gz', binary: true },
  { name: 'comments', about: 'the comments in the profile' },
  { name: 'dot', about: 'the graph of calls for Graphviz' },
  { name: 'svg', about: 'the graph of calls as a picture', file: 'svg' },
  { name: 'flame', about: 'a flame graph, as a picture', file: 'svg' },
];

/** A report, and the pattern of the functions that it is about. */
export interface Asked {
  readonly name: string;
  readonly pattern?: string;
}

type Pieces = Iterable<string | Uint8Array>;

/**
 * The text of a report, or its bytes.
 * @param warn is called with each line of warnings
 * @throws Error in one line, here or while the pieces are iterated over
 */
export async function piecesOf(
  profile: Profile,
  { name, pattern = '' }: Asked,
  config: Config,
  warn: (line: string) => void,
): Promise<Pieces> {
  const report = (kind: Report['kind']) => newReport(profile, kind, config, warn);
  const made = withPrefix(await pieces().catch(throwWithPrefix));
  return Object.hasOwn(drawings, name) ? made : piecesInLocale(made);

  async function pieces(): Promise<Pieces> {
    switch (name) {
      case 'tree':
        return treeText(report('tree'));
      case 'peek':
        return treeText(report('peek'), pattern);
      case 'list':
        return listText(report('list'), pattern);
      case 'traces':
        return tracesText(report('traces'));
      case 'tags':
        return tagsText(report('tags'));
      case 'raw':
        return rawText(report('raw'));
      case 'proto':
        return [protoFile(report('proto'))];
      case 'comments':
        return (profile.comments ?? []).map((comment) => `${comment}\n`);
      case 'dot':
      case 'svg':
      case 'flame':
        return [await drawings[name](report(name === 'flame' ? 'flame' : 'dot'))];
      default:
        return topText(report('top'));
    }
  }
}

/** The pieces; an error of the report gets the prefix that all errors of the command have. */
function* withPrefix(pieces: Pieces): Generator<string | Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throwWithPrefix(error);
  }
}

function throwWithPrefix(error: unknown): never {
  throw error instanceof ProfileError ? new Error(`pprof: ${error.message}`) : error;
}

type Draw = (report: Report) => Promise<string>;

const dotText: Draw = async (report) => {
  const { dot, drawingOf } = await import('../../pprof/dot.js');
  return dot(drawingOf(report));
};

/** The reports that are pictures. */
const drawings: Readonly<Record<'dot' | 'svg' | 'flame', Draw>> = {
  dot: dotText,
  svg: async (report) => {
    const { graphvizSvg } = await import('../../pprof/graphviz.js');
    return graphvizSvg(await dotText(report));
  },
  flame: async (report) => {
    const { flameHeading, flameOf } = await import('../../pprof/flamesvg.js');
    const { flameSvg } = await import('../../pprof/flamesvg.js');
    const flame = flameOf(report);
    return flameSvg(flame, flameHeading(report, flame));
  },
};

/**
 * Where a report goes, after awayFromTTY in google/pprof's internal/driver: to `output`; or, if that is '', to standard output,
 * which is `-`, or to a new file in this directory if a person would see it there and cannot read it.
 * @param seen whether standard output is a terminal
 * @throws BadUsage if bytes are asked for on a terminal
 */
export function outputOf(report: string, output: string, seen: boolean): string {
  const { file: extension, binary } = reports.find(({ name }) => name === report) ?? {};
  if (output === '-' && binary) refuseTerminal(report, 'a profile');
  if (output !== '') return output;
  return seen && extension !== undefined ? unusedFile(extension) : '-';
}

/** The first of profile001, profile002, ... that does not exist. */
function unusedFile(extension: string): string {
  for (let n = 1; ; n++) {
    const name = `profile${String(n).padStart(3, '0')}.${extension}`;
    if (!existsSync(name)) return name;
  }
}
