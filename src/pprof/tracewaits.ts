// Profiles of the waits in a trace, as go tool trace -pprof writes them: one sample per stack, one location per program
// counter. After buildProfile in cmd/trace/pprof.go.

import type { StackWait } from '../trace/analysis/blocking.js';
import type { Trace } from '../trace/model.js';
import type { Func, Location, Profile } from './profile.js';

/** Makes the profile of waits. */
export function blockingProfile(trace: Trace, waits: readonly StackWait[]): Profile {
  const { stacks, frames, strings } = trace;
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
    sampleTypes: [
      { type: 'contentions', unit: 'count' },
      { type: 'delay', unit: 'nanoseconds' },
    ],
    samples: waits.map(({ stack, count, delayNs }) => ({
      locations: Array.from(stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]), location),
      values: [count, delayNs],
    })),
    locations,
    functions,
    periodType: { type: 'trace', unit: 'count' },
    period: 1,
  };
}
