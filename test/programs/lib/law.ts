// Small channel programs as data, what a run of one came to, and which outcomes Go's semantics allow. The programs are
// run by ../law_interpreter.ts; the model here runs them in one thread, in every order there is.
//
// The model. A goroutine's step is one operation: it either goes through at once or queues the goroutine, as chansend,
// chanrecv, selectgo and closechan do under the channels' locks. Whoever is queued has its operation finished for it by
// its partner's step. So an outcome is possible if some order of steps ends, with nobody able to go on, in exactly the
// logs of that outcome; and as a step writes a log, only orders whose logs begin as the outcome's need be followed.

export interface Case {
  readonly dir: 'send' | 'recv';
  /** Number of the channel; -1 is nil. */
  readonly c: number;
  readonly v: number;
}

export type Operation =
  | { readonly op: 'send'; readonly c: number; readonly v: number }
  | { readonly op: 'recv' | 'recv2' | 'close'; readonly c: number }
  | { readonly op: 'select'; readonly cases: readonly Case[]; readonly orDefault: boolean }
  | { readonly op: 'gosched' };

export interface LawProgram {
  /** Capacities of its channels. */
  readonly caps: readonly number[];
  /** What each of its goroutines does. */
  readonly goroutines: readonly (readonly Operation[])[];
}

/** For each goroutine, a line for each operation that is over. One that has fewer lines than operations is blocked. */
export type Outcome = readonly (readonly string[])[];

/** What a goroutine logs about an operation that is over. */
export const line = {
  sent: 'sent',
  closed: 'closed',
  yielded: 'yielded',
  received: (v: number) => `${v}`,
  received2: (v: number, ok: boolean) => `${v} ${ok}`,
  selected: (index: number) => (index < 0 ? 'default' : `case ${index}`),
  selectedRecv: (index: number, v: number, ok: boolean) => `case ${index}: ${v} ${ok}`,
  panicked: (text: string) => `panic: ${text}`,
} as const;

interface Channel {
  readonly cap: number;
  readonly buffer: readonly number[];
  readonly closed: boolean;
  /** Goroutines, in the order of their arrival. */
  readonly recvq: readonly number[];
  readonly sendq: readonly number[];
}

interface State {
  readonly channels: readonly Channel[];
  /** How many operations of each goroutine are over. */
  readonly pc: readonly number[];
  readonly parked: readonly boolean[];
}

/** Which program and outcome are looked at. */
interface Search {
  readonly program: LawProgram;
  readonly outcome: Outcome;
}

/** Whether Go's semantics allow this outcome. */
export function allows(program: LawProgram, outcome: Outcome): boolean {
  const search = { program, outcome };
  const n = program.goroutines.length;
  const start: State = {
    channels: program.caps.map((cap) => ({ cap, buffer: [], closed: false, recvq: [], sendq: [] })),
    pc: new Array(n).fill(0),
    parked: new Array(n).fill(false),
  };
  const seen = new Set<string>();
  const stack = [start];
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    let over = true;
    for (let g = 0; g < n; g++) {
      if (state.parked[g] || state.pc[g]! >= program.goroutines[g]!.length) continue;
      over = false;
      stack.push(...step(search, state, g));
    }
    if (over && state.pc.every((pc, g) => pc === outcome[g]!.length)) return true;
  }
  return false;
}

/** The states that the next operation of goroutine `g` may lead to. */
function step(search: Search, state: State, g: number): State[] {
  const op = search.program.goroutines[g]![state.pc[g]!]!;
  switch (op.op) {
    case 'gosched':
      return log(search, state, g, line.yielded);
    case 'close':
      return close(search, state, g, op.c);
    case 'select': {
      const ready = op.cases.flatMap((kase, index) => tryCase(search, state, g, kase, index) ?? []);
      if (op.cases.some((kase) => isReady(state, g, kase))) return ready;
      return op.orDefault ? log(search, state, g, line.selected(-1)) : [park(state, g, op.cases)];
    }
    default: {
      const [kase] = casesOf(op);
      return tryCase(search, state, g, kase!, 0) ?? [park(state, g, [kase!])];
    }
  }
}

/** A plain operation as the one case of a select. */
function casesOf(op: Operation): readonly Case[] {
  switch (op.op) {
    case 'select':
      return op.cases;
    case 'send':
      return [{ dir: 'send', c: op.c, v: op.v }];
    case 'recv':
    case 'recv2':
      return [{ dir: 'recv', c: op.c, v: 0 }];
    default:
      return [];
  }
}

function isReady(state: State, g: number, { dir, c }: Case): boolean {
  const ch = state.channels[c];
  if (ch === undefined) return false; // nil
  if (ch.closed) return true;
  const partners = (dir === 'send' ? ch.recvq : ch.sendq).filter((other) => other !== g);
  return partners.length > 0 || (dir === 'send' ? ch.buffer.length < ch.cap : ch.buffer.length > 0);
}

/** The states after this case of g's operation; undefined if it is not ready. */
function tryCase(search: Search, state: State, g: number, kase: Case, index: number): State[] | undefined {
  if (!isReady(state, g, kase)) return undefined;
  const ch = state.channels[kase.c]!;
  if (kase.dir === 'send') {
    if (ch.closed) return log(search, state, g, line.panicked('send on closed channel'));
    const [first] = ch.recvq;
    const after = log(search, state, g, done(search, state, g, index, 0, true));
    if (first === undefined) return after.map((s) => change(s, kase.c, { buffer: [...ch.buffer, kase.v] }));
    return after.flatMap((s) => finish(search, s, first, { dir: 'recv', c: kase.c, v: kase.v }, true));
  }
  const [first] = ch.sendq;
  if (ch.buffer.length > 0) {
    const [v, ...rest] = ch.buffer;
    const after = log(search, state, g, done(search, state, g, index, v!, true));
    if (first === undefined) return after.map((s) => change(s, kase.c, { buffer: rest }));
    return offers(search, state, first, kase.c).flatMap((sent) =>
      after
        .map((s) => change(s, kase.c, { buffer: [...rest, sent] }))
        .flatMap((s) => finish(search, s, first, { dir: 'send', c: kase.c, v: sent }, true)),
    );
  }
  if (first === undefined) return log(search, state, g, done(search, state, g, index, 0, false)); // closed and empty
  return offers(search, state, first, kase.c).flatMap((sent) =>
    log(search, state, g, done(search, state, g, index, sent, true)).flatMap((s) =>
      finish(search, s, first, { dir: 'send', c: kase.c, v: sent }, true),
    ),
  );
}

/** What the queued goroutine `g` may send on `c`: its select may have several sends on one channel. */
function offers({ program }: Search, state: State, g: number, c: number): number[] {
  const op = program.goroutines[g]![state.pc[g]!]!;
  return casesOf(op)
    .filter((kase) => kase.dir === 'send' && kase.c === c)
    .map((kase) => kase.v);
}

/** What g logs when case `index` of its operation has fired. */
function done({ program }: Search, state: State, g: number, index: number, v: number, ok: boolean): string {
  const op = program.goroutines[g]![state.pc[g]!]!;
  switch (op.op) {
    case 'send':
      return line.sent;
    case 'recv':
      return line.received(v);
    case 'recv2':
      return line.received2(v, ok);
    default:
      return casesOf(op)[index]!.dir === 'send' ? line.selected(index) : line.selectedRecv(index, v, ok);
  }
}

/** Finishes the operation of the queued goroutine `g` by one of its cases that is like `met`. */
function finish(search: Search, state: State, g: number, met: Case, ok: boolean): State[] {
  const cases = casesOf(search.program.goroutines[g]![state.pc[g]!]!);
  const woken = unpark(state, g);
  return cases.flatMap((kase, index) => {
    if (kase.dir !== met.dir || kase.c !== met.c || (kase.dir === 'send' && kase.v !== met.v)) return [];
    const text = kase.dir === 'send' && !ok ? line.panicked('send on closed channel') : undefined;
    return log(search, woken, g, text ?? done(search, state, g, index, met.v, ok));
  });
}

function close(search: Search, state: State, g: number, c: number): State[] {
  const ch = state.channels[c];
  if (ch === undefined) return log(search, state, g, line.panicked('close of nil channel'));
  if (ch.closed) return log(search, state, g, line.panicked('close of closed channel'));
  let states = log(search, change(state, c, { closed: true }), g, line.closed);
  // Receivers first, so a select that waits for both ends receives.
  for (const [dir, queue] of [['recv', ch.recvq] as const, ['send', ch.sendq] as const]) {
    for (const other of queue) {
      states = states.flatMap((s) => {
        if (!s.parked[other]) return [s];
        const vs = dir === 'recv' ? [0] : offers(search, s, other, c);
        return vs.flatMap((v) => finish(search, s, other, { dir, c, v }, false));
      });
    }
  }
  return states;
}

/** The state in which g's operation is over and has logged `text`; none if the outcome's log says otherwise. */
function log({ outcome }: Search, state: State, g: number, text: string): State[] {
  const at = state.pc[g]!;
  if (outcome[g]![at] !== text) return [];
  return [{ ...state, pc: state.pc.with(g, at + 1) }];
}

function change(state: State, c: number, to: Partial<Channel>): State {
  return { ...state, channels: state.channels.with(c, { ...state.channels[c]!, ...to }) };
}

/** Queues g on the channels of these cases. */
function park(state: State, g: number, cases: readonly Case[]): State {
  const waits = (dir: Case['dir'], c: number) => cases.some((kase) => kase.dir === dir && kase.c === c);
  return {
    ...state,
    parked: state.parked.with(g, true),
    channels: state.channels.map((ch, c) => ({
      ...ch,
      recvq: waits('recv', c) ? [...ch.recvq, g] : ch.recvq,
      sendq: waits('send', c) ? [...ch.sendq, g] : ch.sendq,
    })),
  };
}

/** Takes g out of all queues. */
function unpark(state: State, g: number): State {
  const without = (queue: readonly number[]) => queue.filter((other) => other !== g);
  return {
    ...state,
    parked: state.parked.with(g, false),
    channels: state.channels.map((ch) => ({ ...ch, recvq: without(ch.recvq), sendq: without(ch.sendq) })),
  };
}
