// Running other Ps on top of the stack of a goroutine that is in the middle of a plain call and cannot leave its thread.

import { Escaping } from '../memory/errors.js';
import { H, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { getg, m } from '../sched/g.js';
import { setAside } from '../sched/op.js';
import type { World } from './world.js';

/**
 * Calls `run`, which has others run, and leaves everything as it was.
 * @throws Escaping if one of them panics, or ends the run: no program may catch that
 */
export function onTop(world: World, run: () => void): void {
  const p = world.current;
  const { curg, arena, resuming, leaving } = m;
  const made = setAside();
  try {
    run();
  } catch (error) {
    throw error instanceof Escaping ? error : new Escaping(error, getg());
  }
  if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined);
  setAside(made);
  world.enter(p);
  m.curg = curg;
  m.arena = arena;
  m.resuming = resuming;
  m.leaving = leaving;
}
