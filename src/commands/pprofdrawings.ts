// The reports that are pictures, and the page. Each loads what it needs when it is asked for.

import type { Config } from '../pprof/config.js';
import type { Profile } from '../pprof/profile.js';
import type { Report } from '../pprof/report.js';

type Draw = (report: Report) => Promise<string>;

const missing = (name: string) => async (): Promise<never> => {
  throw new Error(`pprof: -${name}: expected a report of text, this one is not there`);
};

/** Pictures by the names of their flags. */
export const drawings: Readonly<Record<'dot' | 'svg' | 'flame', Draw>> = {
  dot: missing('dot'),
  svg: missing('svg'),
  flame: missing('flame'),
};

/** Shows `profile` as a page at `address` until the process is interrupted. @returns the exit status */
export const servePage: (profile: Profile, config: Config, address: string) => Promise<number> = missing('http');
