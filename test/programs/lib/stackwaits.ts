// The waits of a blocking profile by stack, so that those of Go and ours can be compared.

import { gunzipSync } from 'node:zlib';
import { decodeProfile } from '#src/pprof/decode.js';

/** Number and nanoseconds by stack. A stack is its program counters, leaf first; '' if there is none. */
export type StackWaits = Readonly<Record<string, readonly [count: number, delayNs: number]>>;

/** The waits by stack of a profile. */
export function waitsOf(profile: Uint8Array): StackWaits {
  const waits: Record<string, [number, number]> = {};
  const { samples, locations } = decodeProfile(gunzipSync(profile));
  for (const { locations: at, values } of samples) {
    const stack = at.map((location) => locations[location]!.address).join();
    const key = stack === '0' ? '' : stack; // Go writes an empty stack as a frame of zeros
    const [count, delayNs] = waits[key] ?? [0, 0];
    waits[key] = [count + values[0]!, delayNs + values[1]!];
  }
  return waits;
}
