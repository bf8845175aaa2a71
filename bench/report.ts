// The report: all benchmarks of speed and memory.
//
//   node dist/bench/report.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// REGEX picks cases by `section: case`. CMD stands in for `node dist/src/cli.js` where whole processes are measured.
// MANDEL_GO names another go than the one on the PATH. Whole processes come first, before this one has threads of its own.

import { channels } from './channels.js';
import { goroutines } from './goroutines.js';
import { kernels } from './kernels.js';
import { memory } from './memory.js';
import { modes } from './modes.js';
import { profiling } from './profiling.js';
import { reading } from './reading.js';
import { scaling } from './scaling.js';
import { report } from './section.js';
import { select } from './select.js';
import { startup } from './startup.js';
import { tracing } from './tracing.js';

await report('bench', [
  startup,
  modes,
  tracing,
  reading,
  profiling,
  memory,
  kernels,
  scaling,
  channels,
  goroutines,
  select,
]);
