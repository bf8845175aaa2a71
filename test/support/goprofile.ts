// The blocking profiles of real `go tool trace -pprof`, and whether ours say the same.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace, type Trace } from 'mandel/trace';
import { expect } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking } from '#src/trace/analysis/blocking.js';
import { type StackWaits, waitsOf } from '../programs/lib/stackwaits.js';
import { call, firstWords, type GoTool } from './gotool.js';
import { hostedCli } from './hosted.js';
import { tempDir } from './tempdir.js';

/** The profiles that `go tool trace -pprof` can make. */
export const profileKinds = ['net', 'sync', 'syscall', 'sched'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** Sums over a profile. */
export interface Totals {
  readonly count: number;
  readonly delayNs: number;
}

/** Totals of the profile that this Go makes of the trace in `file`. @throws Error with what the tool says */
export async function goProfile(tool: GoTool, file: string, kind: ProfileKind): Promise<Totals> {
  const { stdout, stderr, status } = await call(tool.trace, [`-pprof=${kind}`, file]);
  if (status !== 0) throw new Error(`${tool.version}: -pprof=${kind}: ${firstWords(stderr)}`);
  return totalsOf(tool, stdout);
}

/** Totals of a profile, as real `go tool pprof` reads them. @throws Error if it does not */
export async function totalsOf(tool: GoTool, profile: Buffer): Promise<Totals> {
  const path = join(tempDir(), 'profile');
  writeFileSync(path, profile);
  const { stdout, stderr, status } = await call(tool.go, ['tool', 'pprof', '-raw', path]);
  if (status !== 0) throw new Error(`${tool.version}: pprof: ${firstWords(stderr)}`);
  const [, samples] = /^Samples:\n(?:contentions\/count delay\/nanoseconds)\n([\s\S]*?)^Locations/m.exec(
    stdout.toString(),
  ) ?? [undefined, undefined];
  if (samples === undefined) throw new Error(`pprof: expected contentions and delays, got ${stdout}`);
  const rows = [...samples.matchAll(/^\s*(\d+)\s+(\d+):/gm)];
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  return { count: sum(1), delayNs: sum(2) };
}

/** The waits by stack of the profile that this Go makes of the trace in `file`; undefined if it makes none. */
export async function goWaits(tool: GoTool, file: string, kind: ProfileKind): Promise<StackWaits | undefined> {
  const { stdout, status } = await call(tool.trace, [`-pprof=${kind}`, file]);
  return status === 0 ? waitsOf(stdout) : undefined;
}

/** What `mandel trace -pprof` writes. */
async function byCommand(file: string, kind: ProfileKind): Promise<Buffer> {
  const { bytes, status, stderr } = await hostedCli(['trace', `-pprof=${kind}`, file], { cwd: tempDir() });
  expect({ kind, status, stderr }).toEqual({ kind, status: 0, stderr: '' });
  return bytes;
}

/** The same without a process for each kind, so that a trace is read once. */
export function byLibrary(): typeof byCommand {
  let trace: Trace | undefined;
  return async (file, kind) => {
    trace ??= readTrace(file);
    return Buffer.from(encodeProfile(blockingProfile(trace, blocking(trace, kind))));
  };
}

/** Our profiles of this trace must have the totals of Go 1.19's, whose definitions they follow. */
export async function sameProfiles(go: GoTool, file: string, profile = byCommand): Promise<void> {
  await Promise.all(
    profileKinds.map(async (kind) => {
      const [ours, theirs] = await Promise.all([
        profile(file, kind).then((bytes) => totalsOf(go, bytes)),
        goProfile(go, file, kind),
      ]);
      expect({ kind, count: ours.count }).toEqual({ kind, count: theirs.count });
      expect(Math.abs(ours.delayNs - theirs.delayNs), kind).toBeLessThanOrEqual(theirs.delayNs / 1000);
    }),
  );
}
