// Flags that show one sample type, from before there was -sample_index. After parseFlags in google/pprof's
// internal/driver/cli.go.

import type { Config } from '../../pprof/config.js';

/** A flag, and the sample type that it shows. */
interface SampleFlag {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  /** Whether it shows what one of them takes on average. */
  readonly mean?: boolean;
}

/** In the order in which they count: the first that is given does. */
export const sampleFlags: readonly SampleFlag[] = [
  { name: 'total_delay', type: 'delay', about: 'how long goroutines waited' },
  { name: 'mean_delay', type: 'delay', about: 'how long goroutines waited each time', mean: true },
  { name: 'contentions', type: 'contentions', about: 'how often goroutines waited' },
  { name: 'inuse_space', type: 'inuse_space', about: 'bytes of what is in use' },
  { name: 'inuse_objects', type: 'inuse_objects', about: 'how many objects are in use' },
  { name: 'alloc_space', type: 'alloc_space', about: 'bytes of all that was allocated' },
  { name: 'alloc_objects', type: 'alloc_objects', about: 'how many objects were allocated' },
];

/**
 * The options as these flags want them. `sample_index` and the first of them count.
 * @param warn told of those that do not, a line each
 */
export function withSampleFlags(
  config: Config,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  warn: (line: string) => void,
): Config {
  let { sample_index, mean } = config;
  for (const flag of sampleFlags) {
    if (!flags[flag.name]) continue;
    if (sample_index === '') sample_index = flag.type;
    else warn(`Multiple value selections, ignoring -${flag.name}`);
    mean ||= flag.mean ?? false;
  }
  return { ...config, sample_index, mean };
}
