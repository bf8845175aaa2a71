// Rules of the events of goroutines. After the functions of the same names in internal/trace/order.go.

import { goState, wire, wireName } from './event.js';
import { needRunning, needStatus } from './procs.js';
import type { Step } from './step.js';
import { gStatus, pStatus } from './world.js';

/** What a status of a goroutine looks like from outside. */
const shown: readonly number[] = [
  goState.Undetermined,
  goState.Runnable,
  goState.Running,
  goState.Syscall,
  goState.Waiting,
];

/** GoStatus and GoStatusStack g, m, status: what g is at the beginning of the generation. */
export function advanceGoStatus(step: Step): boolean {
  const { gs, ms } = step.world;
  const status = step.c;
  if (status < 0 || status >= shown.length)
    throw step.fault(`invalid status for goroutine ${step.id(step.a)}: ${status}`);
  const stored = status === 0 ? gStatus.Bad : status;
  let before = shown[status]!;
  let g = gs.alive(step.a);
  if (g < 0) {
    if (!step.isInitial) {
      const about = `id=${step.id(step.a)} status=${status}`;
      throw step.fault(`found goroutine status for new goroutine after the first generation: ${about}`);
    }
    g = gs.create(step.a, stored, step.gen.number);
    before = goState.Undetermined;
  } else if (gs.status[g] !== stored) {
    throw step.fault(`inconsistent status for goroutine ${step.id(step.a)}: old ${gs.status[g]} vs. new ${status}`);
  }
  gs.seq[g] = 0;
  gs.seqGen[g] = step.gen.number;
  const m = ms.named(step.b);
  if (status === gStatus.Running) step.nextG = g;
  else if (status === gStatus.Syscall) bindSyscall(step, g, m);
  const row = step.emitOwn(g, m, status);
  step.rows.from[row] = before;
  step.rows.to[row] = shown[status]!;
  return true;
}

/** Binds goroutine `g`, which is in a system call on thread `m`, to that thread. */
function bindSyscall(step: Step, g: number, m: number): void {
  const { gs, ms } = step.world;
  if (m === 0) throw step.fault(`found goroutine ${step.id(step.a)} in syscall without a thread`);
  const has = m === step.m ? step.g : ms.g[m]!;
  // After the first generation the thread is known to have this goroutine: its call, or an older status, was seen.
  const mustHave = m === step.m ? !step.isInitial : ms.known[m] === 1;
  if (mustHave && has !== g) {
    const other = step.id(gs.id[has]!);
    throw step.fault(`inconsistent thread for syscalling goroutine ${step.id(step.a)}: thread has goroutine ${other}`);
  }
  if (m === step.m) {
    step.nextG = g;
    return;
  }
  // It has been in this call for the whole generation, without a P: no thread keeps one when a generation begins.
  if (ms.known[m] === 1) step.g = has;
  else {
    ms.known[m] = 1;
    ms.g[m] = g;
    ms.p[m] = 0;
  }
  step.m = m;
}

/** GoCreate and GoCreateBlocked g, start: a goroutine, runnable or waiting, made on a P, by a goroutine or not. */
export function advanceGoCreate(step: Step): boolean {
  const { gs } = step.world;
  step.needM();
  step.needP();
  const has = gs.status[step.g]!;
  if (has !== gStatus.None && has !== gStatus.Running) {
    throw step.fault(`${wireName(step.type)} event for goroutine that's not Running`);
  }
  if (gs.alive(step.a) >= 0) throw step.fault(`tried to create goroutine (${step.id(step.a)}) that already exists`);
  const status = step.type === wire.GoCreateBlocked ? gStatus.Waiting : gStatus.Runnable;
  const g = gs.create(step.a, status, step.gen.number);
  const stack = step.stackOf(step.stack);
  step.emit(step.type, g, step.stackOf(step.b), 0, stack);
  return true;
}

/** GoCreateSyscall g: a thread of C calls into Go, and so is a goroutine, in a system call. */
export function advanceGoCreateSyscall(step: Step): boolean {
  const { gs } = step.world;
  step.needM();
  if (step.g !== 0) throw step.fault('expected no goroutine but had one');
  if (gs.alive(step.a) >= 0) {
    throw step.fault(`tried to create goroutine (${step.id(step.a)}) in syscall that already exists`);
  }
  step.nextG = gs.create(step.a, gStatus.Syscall, step.gen.number);
  step.emitOwn(step.nextG, 0, 0);
  return true;
}

/** GoStart g, seq: g runs on the thread. */
export function advanceGoStart(step: Step): boolean {
  const { gs } = step.world;
  const g = gs.alive(step.a);
  if (g < 0 || gs.status[g] !== gStatus.Runnable || !gs.isNext(g, step.gen.number, step.b)) return false;
  step.needM();
  step.needP();
  if (step.g !== 0) throw step.fault('expected no goroutine but had one');
  gs.status[g] = gStatus.Running;
  gs.seq[g] = step.b;
  step.nextG = g;
  step.emitOwn(g, step.b, 0);
  return true;
}

/** GoStop reason: the running goroutine yields. */
export function advanceGoStop(step: Step): boolean {
  step.needAll();
  needRunning(step);
  step.world.gs.status[step.g] = gStatus.Runnable;
  step.nextG = 0;
  const stack = step.stackOf(step.stack);
  step.emit(step.type, step.textOf(step.a), 0, 0, stack);
  return true;
}

/** GoBlock reason: the running goroutine waits. */
export function advanceGoBlock(step: Step): boolean {
  step.needAll();
  needRunning(step);
  step.world.gs.status[step.g] = gStatus.Waiting;
  step.nextG = 0;
  const stack = step.stackOf(step.stack);
  step.emit(step.type, step.textOf(step.a), 0, 0, stack);
  return true;
}

/** GoDestroy: the running goroutine ends. */
export function advanceGoDestroy(step: Step): boolean {
  step.needAll();
  needRunning(step);
  step.world.gs.destroy(step.g);
  step.nextG = 0;
  step.emitOwn(0, 0, 0);
  return true;
}

/** GoUnblock g, seq: g becomes runnable. Any thread may do that, without a goroutine or a P. */
export function advanceGoUnblock(step: Step): boolean {
  const { gs } = step.world;
  const g = gs.alive(step.a);
  if (g < 0 || gs.status[g] !== gStatus.Waiting || !gs.isNext(g, step.gen.number, step.b)) return false;
  gs.status[g] = gStatus.Runnable;
  gs.seq[g] = step.b;
  step.emitOwn(g, step.b, 0);
  return true;
}

/** GoSwitch and GoSwitchDestroy g, seq: wakes g, blocks or ends the running goroutine, and runs g, all at once. */
export function advanceGoSwitch(step: Step): boolean {
  const { gs } = step.world;
  step.needAll();
  needRunning(step);
  const g = gs.alive(step.a);
  if (g < 0 || gs.status[g] !== gStatus.Waiting || !gs.isNext(g, step.gen.number, step.b)) return false;
  step.emitOwn(g, step.b, 0);
  if (step.type === wire.GoSwitch) {
    gs.status[step.g] = gStatus.Waiting;
    step.emit(wire.GoBlock, 0, 0, 0, 0);
  } else {
    gs.destroy(step.g);
    step.emit(wire.GoDestroy, 0, 0, 0, 0);
  }
  gs.status[g] = gStatus.Running;
  gs.seq[g] = step.b;
  step.nextG = g;
  step.g = 0;
  step.emit(wire.GoStart, g, step.b, 0, 0);
  return true;
}

/** GoSyscallBegin seq: the running goroutine enters a system call. The number is of the P, so that thefts are in order. */
export function advanceGoSyscallBegin(step: Step): boolean {
  const { gs, ps } = step.world;
  step.needAll();
  needRunning(step);
  gs.status[step.g] = gStatus.Syscall;
  needKnownP(step);
  ps.status[step.p] = pStatus.Syscall;
  if (!ps.isNext(step.p, step.gen.number, step.a)) {
    const has = `${ps.seq[step.p]} (gen=${ps.seqGen[step.p]})`;
    throw step.fault(
      `failed to advance GoSyscallBegin: can't make sequence: ${has} -> ${step.id(step.a)} (gen=${step.gen.number})`,
    );
  }
  ps.seq[step.p] = step.a;
  step.emitOwn(step.a, 0, 0);
  return true;
}

/** GoSyscallEnd: the goroutine returns from a system call, and still has its P. */
export function advanceGoSyscallEnd(step: Step): boolean {
  const { gs, ps } = step.world;
  step.needAll();
  needStatus(step, gStatus.Syscall);
  gs.status[step.g] = gStatus.Running;
  needKnownP(step);
  if (ps.status[step.p] !== pStatus.Syscall) {
    const id = step.id(ps.id[step.p]!);
    throw step.fault(`expected proc ${id} in state Syscall, but got ${ps.status[step.p]} instead`);
  }
  ps.status[step.p] = pStatus.Running;
  step.emitOwn(0, 0, 0);
  return true;
}

/** GoSyscallEndBlocked: the goroutine returns without its P. Waits until the thread has lost the P of the call. */
export function advanceGoSyscallEndBlocked(step: Step): boolean {
  const { gs, ps } = step.world;
  if (step.p !== 0) {
    needKnownP(step);
    if (ps.status[step.p] === pStatus.Syscall) return false;
  }
  step.needM();
  step.needG();
  needStatus(step, gStatus.Syscall);
  gs.status[step.g] = gStatus.Runnable;
  step.nextG = 0;
  step.emitOwn(0, 0, 0);
  return true;
}

/** GoDestroySyscall: a thread of C is done with Go. Its P, if it has one, counts as stolen: its id may be used again. */
export function advanceGoDestroySyscall(step: Step): boolean {
  const { gs, ps } = step.world;
  step.needM();
  step.needG();
  needStatus(step, gStatus.Syscall);
  gs.destroy(step.g);
  step.nextG = 0;
  if (step.p !== 0) {
    needKnownP(step);
    if (ps.status[step.p] !== pStatus.Syscall) {
      const id = step.id(ps.id[step.p]!);
      throw step.fault(`proc ${id} in unexpected state ${ps.status[step.p]} during GoDestroySyscall`);
    }
    ps.status[step.p] = pStatus.Abandoned;
    step.nextP = 0;
    step.emit(wire.ProcSteal, step.p, 0, step.m, 0);
  }
  step.emitOwn(0, 0, 0);
  return true;
}

/** Requires that the current P has had a status. @throws TraceError */
function needKnownP(step: Step): void {
  const { ps } = step.world;
  if (ps.status[step.p] !== pStatus.None) return;
  throw step.fault(`uninitialized proc ${step.id(ps.id[step.p]!)} found during ${wireName(step.type)}`);
}
