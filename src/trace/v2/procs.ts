// Rules of the events of Ps. After the functions of the same names in internal/trace/order.go.

import { procState, wireName } from './event.js';
import type { Step } from './step.js';
import { gStatus, pStatus } from './world.js';

/** What a status of a P looks like from outside: in a system call it is running, abandoned it is idle. */
const shown: readonly number[] = [
  procState.Undetermined,
  procState.Running,
  procState.Idle,
  procState.Running,
  procState.Idle,
];

/** ProcStatus p, status: what p is at the beginning of the generation. */
export function advanceProcStatus(step: Step): boolean {
  const { ps } = step.world;
  const status = step.b;
  if (status < 0 || status >= shown.length) throw step.fault(`invalid status for proc ${step.id(step.a)}: ${status}`);
  const p = ps.named(step.a);
  const stored = status === 0 ? pStatus.Bad : status;
  let before = shown[status]!;
  let after = before;
  let argument = status;
  let isPromoted = false;
  const old = ps.status[p]!;
  if (old === pStatus.None) {
    ps.status[p] = stored;
    before = step.isInitial ? procState.Undetermined : procState.NotExist;
  } else if (status === pStatus.Abandoned && old === pStatus.Syscall) {
    // Nothing was lost: we know the thread that has the P. The theft that follows takes it from there.
    isPromoted = true;
    before = procState.Running;
    after = procState.Running;
    argument = pStatus.Syscall;
  } else if (old !== stored) {
    throw step.fault(`inconsistent status for proc ${step.id(step.a)}: old ${old} vs. new ${status}`);
  }
  ps.seq[p] = 0;
  ps.seqGen[p] = step.gen.number;
  if (status === pStatus.Running || status === pStatus.Syscall) setP(step, p);
  if (isPromoted) useContextOf(step, p);
  const row = step.emitOwn(p, argument, 0);
  step.rows.from[row] = before;
  step.rows.to[row] = after;
  return true;
}

/** Gives P `p` to the thread of the event. */
function setP(step: Step, p: number): void {
  step.nextP = p;
  step.world.ps.holder[p] = step.m;
}

/** Shows the event in the context of the thread that has P `p`, which need not be the one that wrote it. */
function useContextOf(step: Step, p: number): void {
  const { ms, ps } = step.world;
  const m = ps.holder[p]!;
  if (m === 0 || ms.p[m] !== p) {
    throw step.fault(`failed to find sched context for proc ${step.id(ps.id[p]!)} that's about to be stolen`);
  }
  step.m = m;
  step.p = p;
  step.g = ms.g[m]!;
}

/** ProcStart p, seq: the thread takes an idle P. Waits while the thread has a P that is about to be stolen. */
export function advanceProcStart(step: Step): boolean {
  const { ps } = step.world;
  const p = ps.alive(step.a);
  if (p < 0 || ps.status[p] !== pStatus.Idle || step.p !== 0 || !ps.isNext(p, step.gen.number, step.b)) return false;
  step.needM();
  ps.status[p] = pStatus.Running;
  ps.seq[p] = step.b;
  setP(step, p);
  step.emitOwn(p, step.b, 0);
  return true;
}

/** ProcStop: the thread gives up its P. */
export function advanceProcStop(step: Step): boolean {
  const { ps } = step.world;
  const status = ps.status[step.p]!;
  if (status === pStatus.None) {
    throw step.fault(`event ProcStop for proc (${step.id(ps.id[step.p]!)}) that doesn't exist`);
  }
  if (status !== pStatus.Running && status !== pStatus.Syscall) {
    throw step.fault("ProcStop event for proc that's not Running or Syscall");
  }
  step.needM();
  step.needP();
  ps.status[step.p] = pStatus.Idle;
  step.nextP = 0;
  step.emitOwn(0, 0, 0);
  return true;
}

/** ProcSteal p, seq, m: the thread takes p away from thread m, which is in a system call; m may be the thread itself. */
export function advanceProcSteal(step: Step): boolean {
  const { ps, ms } = step.world;
  const p = ps.alive(step.a);
  if (p < 0) return false;
  const old = ps.status[p]!;
  if ((old !== pStatus.Syscall && old !== pStatus.Abandoned) || !ps.isNext(p, step.gen.number, step.b)) return false;
  step.needM();
  ps.status[p] = pStatus.Idle;
  ps.seq[p] = step.b;
  const victim = ms.named(step.c);
  if (old === pStatus.Abandoned) {
    // The thread may have got another P by now, so it is not touched.
    step.rows.from[step.emitOwn(p, step.b, victim)] = procState.Idle;
    return true;
  }
  if (victim === step.m) {
    if (step.p !== p) {
      const has = step.id(ps.id[step.p]!);
      throw step.fault(
        `tried to self-steal proc ${step.id(step.a)} (thread ${step.id(step.c)}), but got proc ${has} instead`,
      );
    }
    step.nextP = 0;
  } else {
    if (ms.known[victim] === 0) throw step.fault(`stole proc from non-existent thread ${step.id(step.c)}`);
    if (ms.p[victim] !== p) {
      const has = step.id(ps.id[ms.p[victim]!]!);
      throw step.fault(
        `tried to steal proc ${step.id(step.a)} from thread ${step.id(step.c)}, but got proc ${has} instead`,
      );
    }
    // Safe: the P was in a system call, whose GoSyscallEndBlocked waits until the thread has lost it.
    ms.p[victim] = 0;
  }
  step.emitOwn(p, step.b, victim);
  return true;
}

/** Requires that the current goroutine runs. @throws TraceError */
export function needRunning(step: Step): void {
  needStatus(step, gStatus.Running);
}

/** Requires that the current goroutine has this status. @throws TraceError */
export function needStatus(step: Step, status: number): void {
  const { gs } = step.world;
  const has = gs.status[step.g]!;
  if (has === status) return;
  const name = wireName(step.type);
  if (has === gStatus.None)
    throw step.fault(`event ${name} for goroutine (${step.id(gs.id[step.g]!)}) that doesn't exist`);
  throw step.fault(`${name} event for goroutine that's not ${status === gStatus.Syscall ? 'Syscall' : 'Running'}`);
}
