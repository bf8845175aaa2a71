// Profiles of what is in a trace: of its waits, as go tool trace -pprof writes them, and of the CPU samples in it. One sample per
// stack, one location per program counter. After buildProfile in cmd/trace/pprof.go.

import type { StackWait } from '../trace/analysis/blocking.js';
import type { Trace } from '../trace/model.js';
import { ObjectReader, objectText, type WaitObject } from '../trace/objects.js';
import type { Func, Location, Profile, Sample } from './profile.js';

/** Nanoseconds between two CPU samples at the rate of 100 Hz, which nearly all programs have; traces do not say it. */
const CPU_PERIOD_NS = 10_000_000;

/** Makes the profile of waits. */
export function blockingProfile(trace: Trace, waits: readonly StackWait[]): Profile {
  return {
    sampleTypes: [
      { type: 'contentions', unit: 'count' },
      { type: 'delay', unit: 'nanoseconds' },
    ],
    ...stackSamples(
      trace,
      waits.map(({ stack, count, delayNs }) => ({ stack, values: [count, delayNs] })),
    ),
    periodType: { type: 'trace', unit: 'count' },
    period: 1,
  };
}

/** Makes a CPU profile of the samples that runtime/pprof took while the program was traced. */
export function sampleProfile(trace: Trace): Profile {
  const { samples, durationNs } = trace;
  const counts = new Map<number, number>();
  for (let s = 0; s < samples.length; s++) counts.set(samples.stack[s]!, (counts.get(samples.stack[s]!) ?? 0) + 1);
  return {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    ...stackSamples(
      trace,
      Array.from(counts, ([stack, count]) => ({ stack, values: [count, count * CPU_PERIOD_NS] })),
    ),
    durationNs,
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    period: CPU_PERIOD_NS,
  };
}

/** A label with what was waited for, if the stack says it. */
function labelsOf(object: WaitObject | undefined): Pick<Sample, 'labels'> {
  return object === undefined ? {} : { labels: { object: [objectText(object)] } };
}

/** The values of stacks, with the tables that a profile needs. */
function stackSamples(
  trace: Trace,
  values: readonly { readonly stack: number; readonly values: readonly number[] }[],
): Pick<Profile, 'samples' | 'locations' | 'functions'> {
  const { stacks, frames, strings } = trace;
  const objects = new ObjectReader(trace);
  const functions: Func[] = [];
  const functionAt = new Map<string, number>();
  const locations: Location[] = [];
  const locationAt = new Map<number, number>();

  const func = (frame: number): number => {
    const [name, file] = [strings[frames.func[frame]!]!, strings[frames.file[frame]!]!];
    const key = `${name}\0${file}`;
    const known = functionAt.get(key);
    if (known !== undefined) return known;
    functionAt.set(key, functions.length);
    return functions.push({ name, file }) - 1;
  };
  const location = (frame: number): number => {
    const known = locationAt.get(frame);
    if (known !== undefined) return known;
    locationAt.set(frame, locations.length);
    return (
      locations.push({ address: frames.pc[frame]!, lines: [{ func: func(frame), line: frames.line[frame]! }] }) - 1
    );
  };

  return {
    samples: values.map(({ stack, values }) => ({
      locations: Array.from(stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]), location),
      values,
      ...labelsOf(objects.of(stack)),
    })),
    locations,
    functions,
  };
}
