// What a report is told: pprof's options, with pprof's names and defaults. After config.go in google/pprof's
// internal/driver.

import type { Granularity } from './info.js';

/** The options of a report. Patterns are Go's regular expressions; '' is none. */
export interface Config {
  /** Name or number of the sample type; '' for the one that the profile says, or its last. */
  readonly sample_index: string;
  /** Whether values are divided by the first ones, which count. */
  readonly mean: boolean;
  /** What values are divided by when they are shown. */
  readonly divide_by: number;
  /** Whether a profile that is compared is brought to the size of its base. */
  readonly normalize: boolean;
  readonly sort: 'flat' | 'cum';
  readonly granularity: Granularity;
  readonly noinlines: boolean;
  /** Most nodes to show: 0 for all, -1 for what the report shows by itself. */
  readonly nodecount: number;
  /** Leaves out nodes and edges under this part of the total. */
  readonly nodefraction: number;
  readonly edgefraction: number;
  /** Whether the three above count. */
  readonly trim: boolean;
  /** Whether pictures of the graph have a place once for each way that leads to it. */
  readonly call_tree: boolean;
  readonly drop_negative: boolean;
  /** `minimum` for the unit that suits the smallest value, `auto` for each value its own. */
  readonly unit: string;
  /** Whether reports begin without what they say of the profile. */
  readonly compact_labels: boolean;
  /** Whether percentages are of what the filters leave. */
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
  /** Of the labels' names. */
  readonly tagshow: string;
  readonly taghide: string;
  /** Directories to look for sources in, and what to cut off their names, separated by colons. */
  readonly source_path: string;
  readonly trim_path: string;
  /** Where a report goes; '' is standard output. */
  readonly output: string;
}

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

/** The filters that reports name, in the order in which they do. */
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

/** What can be made of a profile. */
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

/** The options as this kind of report takes them: some look at the whole profile, or finer than they are told. */
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
      // Its frames are coloured by their files' directories, where their names have no package.
      const finer = config.granularity === 'functions' ? 'filefunctions' : config.granularity;
      // Its frames lie on each other, which means do not.
      return { ...config, granularity: finer, mean: false };
    }
    case 'top':
      return { ...config, nodecount: Math.max(config.nodecount, 0), ...untrimmed };
    default:
      return { ...config, nodecount: config.nodecount === -1 ? 80 : config.nodecount, ...untrimmed };
  }
}
