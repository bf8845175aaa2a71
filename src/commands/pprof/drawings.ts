// The reports that are pictures, and the page. Each loads what it needs when it is asked for.

import { basename } from 'node:path';
import type { Address } from '../../lib/address.js';
import type { Config } from '../../pprof/config.js';
import { type Profile, ProfileError } from '../../pprof/profile.js';
import type { Report } from '../../pprof/report.js';
import { httpAddress } from '../../terminal/flags/address.js';
import { interruptible } from '../../terminal/interrupt.js';

type Draw = (report: Report) => Promise<string>;

const dotText: Draw = async (report) => {
  const { dot, drawingOf } = await import('../../pprof/dot.js');
  return dot(drawingOf(report));
};

/** Pictures by the names of their flags. */
export const drawings: Readonly<Record<'dot' | 'svg' | 'flame', Draw>> = {
  dot: dotText,
  svg: async (report) => {
    const { graphvizSvg } = await import('../../pprof/graphviz.js');
    return graphvizSvg(await dotText(report));
  },
  flame: async (report) => {
    const { flameHeading, flameOf, flameSvg } = await import('../../pprof/flamesvg.js');
    const flame = flameOf(report);
    return flameSvg(flame, flameHeading(report, flame));
  },
};

/** Where the page is served: `:8080` is this machine only. @throws BadUsage */
export function pageAddress(text: string): Address {
  const address = httpAddress(text);
  return address.host === '' ? { ...address, host: 'localhost' } : address;
}

/**
 * Shows `profile`, which is of `files`, as a page at `address` until the process is interrupted, which is how it is meant to
 * end. Unlike Go, it opens no browser: what one would start on a computer that is not one's own, nobody knows.
 * @returns the exit status @throws Error in one line, if it cannot be served there
 */
export async function servePage(
  profile: Profile,
  config: Config,
  address: Address,
  files: readonly string[],
): Promise<number> {
  const { profileRoutes } = await import('../../viewer/server/profile.js');
  const routesOf: typeof profileRoutes = (viewed) => {
    try {
      return profileRoutes(viewed);
    } catch (error) {
      throw error instanceof ProfileError ? new Error(`pprof: ${error.message}`) : error;
    }
  };
  const { serve } = await import('../../viewer/server/server.js');
  const [file = '', ...more] = files.map((name) => basename(name));
  const title = more.length === 0 ? file : `${file} and ${more.length} more`;
  const interrupt = interruptible(() => {});
  try {
    const serving = await serve(address, routesOf({ profile, config, title }));
    process.stderr.write(`Serving web UI on ${serving.url}\n`);
    if (!interrupt.signal.aborted) {
      await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
    }
    await serving.close();
    return 0;
  } finally {
    interrupt.done();
  }
}
