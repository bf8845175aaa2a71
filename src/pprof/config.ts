// Options of reports, with pprof's names and defaults. After config.go in google/pprof's
// internal/driver.

import type { Granularity } from './info.js';

/** The options of a report. Patterns are Go's regular expressions; '' is none. */
export interface Config {
  /** Name or number of the sample type; '' for the profile's default one, or else its last. */
  readonly sample_index: string;
  /** True to divide each value by the first value of its sample, which is a count. */
  readonly mean: boolean;
  /** Divisor of all values that are shown. */
  readonly divide_by: number;
  /** True to scale the profile to the total of the base that it is compared with. */
  readonly normalize: boolean;
  readonly sort: 'flat' | 'cum';
  readonly granularity: Granularity;
  readonly noinlines: boolean;
  /** Most nodes to show: 0 for all, -1 for the default of the report. */
  readonly nodecount: number;
  /** Leaves out nodes and edges below this fraction of the total. */
  readonly nodefraction: number;
  readonly edgefraction: number;
  /** False to ignore the three options above. */
  readonly trim: boolean;
  /** True to draw one node per path from the root in pictures of the graph. */
  readonly call_tree: boolean;
  readonly drop_negative: boolean;
  /** A unit; `minimum` for the one that suits the smallest value, `auto` for another one for each value. */
  readonly unit: string;
  /** True to leave out the lines about the profile at the beginning of a report. */
  readonly compact_labels: boolean;
  /** True for percentages of the samples after the filters, not of all samples. */
  readonly relative_percentages: boolean;
  /** Keys of labels that become frames above the root and below the leaf, separated by commas. */
  readonly tagroot: string;
  readonly tagleaf: string;
  readonly focus: string;
  readonly ignore: string;
  readonly prune_from: string;
  readonly hide: string;
  readonly show: string;
  readonly show_from: string;
  readonly tagfocus: string;
  readonly tagignore: string;
  /** Patterns of the names of labels. */
  readonly tagshow: string;
  readonly taghide: string;
  /** Directories with sources, and prefixes to remove from the names of files, separated by colons. */
  readonly source_path: string;
  readonly trim_path: string;
  /** File of the report; '' is standard output. */
  readonly output: string;
}

/** The defaults of pprof. */
export const defaultConfig: Config = {
  sample_index: '',
  mean: false,
  divide_by: 1,
  normalize: false,
  sort: 'flat',
  granularity: 'functions',
  noinlines: false,
  nodecount: -1,
  nodefraction: 0.005,
  edgefraction: 0.001,
  trim: true,
  call_tree: false,
  drop_negative: false,
  unit: 'minimum',
  compact_labels: false,
  relative_percentages: false,
  tagroot: '',
  tagleaf: '',
  focus: '',
  ignore: '',
  prune_from: '',
  hide: '',
  show: '',
  show_from: '',
  tagfocus: '',
  tagignore: '',
  tagshow: '',
  taghide: '',
  source_path: '',
  trim_path: '',
  output: '',
};

/** The filters that reports list, in this order. */
export const filterNames = [
  'focus',
  'ignore',
  'hide',
  'show',
  'show_from',
  'tagfocus',
  'tagignore',
  'tagshow',
  'taghide',
] as const;

/** The kinds of reports. */
export type ReportKind =
  | 'top'
  | 'tree'
  | 'peek'
  | 'list'
  | 'traces'
  | 'raw'
  | 'proto'
  | 'tags'
  | 'comments'
  | 'dot'
  | 'flame';

/** The options for a kind of report: some need the whole profile, or a finer granularity. */
export function configFor(kind: ReportKind, config: Config): Config {
  const whole = { nodecount: 0, nodefraction: 0, edgefraction: 0 };
  const untrimmed = config.trim ? {} : whole;
  switch (kind) {
    case 'raw':
    case 'proto':
      return { ...config, ...whole, granularity: 'addresses' };
    case 'list':
      return { ...config, ...whole, granularity: 'lines' };
    case 'peek':
      return { ...config, ...whole };
    case 'flame': {
      // A frame whose name has no package gets the colour of its file's directory.
      const finer = config.granularity === 'functions' ? 'filefunctions' : config.granularity;
      // A frame contains its callees; means do not add up like that.
      return { ...config, granularity: finer, mean: false };
    }
    case 'top':
      return { ...config, nodecount: Math.max(config.nodecount, 0), ...untrimmed };
    default:
      return { ...config, nodecount: config.nodecount === -1 ? 80 : config.nodecount, ...untrimmed };
  }
}
