// From what is asked for to the text of the report.

import { piecesInLocale } from '../../lib/locale.js';
import type { Config } from '../../pprof/config.js';
import { listText } from '../../pprof/listing.js';
import { type Profile, ProfileError } from '../../pprof/profile.js';
import { protoFile, rawText } from '../../pprof/raw.js';
import { newReport, type Report } from '../../pprof/report.js';
import { topText } from '../../pprof/top.js';
import { tagsText, tracesText } from '../../pprof/traces.js';
import { treeText } from '../../pprof/tree.js';
import { drawings } from './drawings.js';

/** A report that can be asked for, by a flag or at the prompt. */
export interface ReportName {
  readonly name: string;
  readonly about: string;
  /** Whether it is of the functions that match a pattern. */
  readonly takesPattern?: boolean;
  /** End of the name of a file that it goes to where it would be seen, if it is nothing to read. */
  readonly file?: string;
  /** Whether it is no text. */
  readonly binary?: boolean;
}

export const reports: readonly ReportName[] = [
  { name: 'top', about: 'the functions that cost most, one a line' },
  { name: 'text', about: 'the same' },
  { name: 'tree', about: 'each function between its callers and what it calls' },
  { name: 'peek', about: 'the same for the functions that match a regular expression', takesPattern: true },
  { name: 'list', about: 'the source of the functions that match a regular expression', takesPattern: true },
  { name: 'traces', about: 'every sample with its stack and labels' },
  { name: 'tags', about: 'the labels of the samples, and what each is worth' },
  { name: 'raw', about: 'all that is in the profile' },
  { name: 'proto', about: 'the profile as the filters leave it, as a file', file: 'pb.gz', binary: true },
  { name: 'comments', about: 'the comments in the profile' },
  { name: 'dot', about: 'the graph of calls for Graphviz' },
  { name: 'svg', about: 'the graph of calls as a picture', file: 'svg' },
  { name: 'flame', about: 'a flame graph, as a picture', file: 'svg' },
];

/** A report, and the pattern of the functions that it is of. */
export interface Asked {
  readonly name: string;
  readonly pattern?: string;
}

type Pieces = Iterable<string | Uint8Array>;

/**
 * The text of a report, or its bytes. @param warn told of what is worth knowing, a line each
 * @throws Error in one line, here or while the pieces are taken
 */
export async function piecesOf(
  profile: Profile,
  { name, pattern = '' }: Asked,
  config: Config,
  warn: (line: string) => void,
): Promise<Pieces> {
  const report = (kind: Report['kind']) => newReport(profile, kind, config, warn);
  const made = spoken(await spokenAsync(() => pieces()));
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

/** What a report cannot do is said by the tool. */
function* spoken(pieces: Pieces): Generator<string | Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw said(error);
  }
}

async function spokenAsync<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw said(error);
  }
}

function said(error: unknown): unknown {
  return error instanceof ProfileError ? new Error(`pprof: ${error.message}`) : error;
}
