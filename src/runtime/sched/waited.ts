// Objects that goroutines wait for, when they are made: a trace numbers them then, and says where.

import type { ObjectAddr } from '../memory/address.js';
import { adopt, type Handle } from './handle.js';
import { tracer } from './hooks.js';
import { UNMADE } from './packagelevel.js';

/** adopt() of a handle whose object begins with the words WAITED: goroutines wait for it. */
export function adoptWaited<T extends Handle>(handle: T, what: string, make: () => ObjectAddr): T {
  adopt(handle, what, make);
  if (tracer !== undefined && handle.addr !== UNMADE) tracer.made(handle.addr, handle.kind);
  return handle;
}
