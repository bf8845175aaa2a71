// Whose a stack is: which of V8's frames are the goroutine's, and which are of what called it.

import { callsBodies } from '../runtime/sched/bodies.js';
import type { Frame, Place } from './builder.js';
import { inRuntime } from './places.js';

/**
 * The frames of the goroutine that ran on P number `p`, without what called it, and labels that name the P and the
 * goroutine's body; all frames, if it was the scheduler itself that ran.
 */
export function ofGoroutine(
  frames: readonly Frame[],
  p: number,
): { readonly frames: readonly Frame[]; readonly labels: Readonly<Record<string, string>> } {
  const end = frames.findIndex((frame) => frame.some(({ name, file }) => inRuntime(file) && callsBodies(name)));
  const own = frames.slice(0, Math.max(end, 0));
  while (own.length > 0 && own.at(-1)!.every(isCaller)) own.pop();
  const body = own.at(-1)?.at(-1)?.name;
  const labels = { P: String(p) };
  return body === undefined ? { frames, labels } : { frames: own, labels: { ...labels, goroutine: body } };
}

/** True in what calls a body: the runtime, and the method of generators, which V8 shows in heap profiles. */
function isCaller({ name, file }: Place): boolean {
  return inRuntime(file) || (file === '' && name === 'next');
}
