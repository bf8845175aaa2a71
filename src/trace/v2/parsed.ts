// The text of ordered events, as `go tool trace -d=parsed` of Go 1.26 prints it: what proves, line by line, that we read a trace
// as Go does. After Event.String of internal/trace/event.go.
//
//   M=18627 P=2 G=-1 StateTransition Time=794145744 GoID=6 Runnable->Running Reason=""
//
//   M=18627 P=2 G=6 Metric Time=794145900 Name="/gc/heap/goal:bytes" Value=Value{Uint64(4194304)}

import { goState, procState, wire, wireInfo, wireName } from './event.js';
import { quote, quoteBytes } from './quote.js';
import type { Tables } from './reader.js';
import { kindAt, type Rows } from './rows.js';

/** Names of states: of goroutines and of Ps, by `goState` and `procState`. */
const goStates = Object.keys(goState);
const procStates = Object.keys(procState);
/** Largest sum of two doubles that is exact in any case. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** Types whose transition is one of a P. */
const ofProc: ReadonlySet<number> = new Set([wire.ProcStart, wire.ProcStop, wire.ProcSteal, wire.ProcStatus]);
/** Types whose transition is one of the goroutine in the first argument; of all other types it is the current goroutine. */
const byArgument: ReadonlySet<number> = new Set([
  wire.ProcStart,
  wire.ProcSteal,
  wire.ProcStatus,
  wire.GoCreate,
  wire.GoCreateBlocked,
  wire.GoCreateSyscall,
  wire.GoStart,
  wire.GoUnblock,
  wire.GoSwitch,
  wire.GoSwitchDestroy,
  wire.GoStatus,
  wire.GoStatusStack,
]);
/** Types whose stack is one of the goroutine that the transition is about. */
const ownStack: ReadonlySet<number> = new Set([
  wire.GoStop,
  wire.GoBlock,
  wire.GoSyscallBegin,
  wire.GoStatus,
  wire.GoStatusStack,
]);
const metricNames: { readonly [type: number]: string } = {
  [wire.ProcsChange]: '/sched/gomaxprocs:threads',
  [wire.HeapAlloc]: '/memory/classes/heap/objects:bytes',
  [wire.HeapGoal]: '/gc/heap/goal:bytes',
};

/** The text of the events in `rows`, each with an end of line. */
export function parsedText(tables: Tables, rows: Rows): string {
  const printer = new Printer(tables, rows);
  let text = '';
  for (let i = 0; i < rows.length; i++) text += `${printer.event(i)}\n`;
  return text;
}

class Printer {
  readonly #tables: Tables;
  readonly #rows: Rows;

  constructor(tables: Tables, rows: Rows) {
    this.#tables = tables;
    this.#rows = rows;
  }

  event(i: number): string {
    const { goroutines, procs, threads } = this.#tables;
    const rows = this.#rows;
    const kind = kindAt(rows, i);
    const m = this.#id(threads.id[rows.m[i]!]!);
    const p = this.#id(procs.id[rows.p[i]!]!);
    const g = this.#id(goroutines.id[rows.g[i]!]!);
    const head = `M=${m} P=${p} G=${g} ${kind} Time=${this.#time(rows.time[i]!)}`;
    const stack = rows.stack[i]!;
    // As in Go a sample has the heading even without a stack.
    const hasStack = stack !== 0 || kind === 'StackSample';
    return head + this.#details(i, kind) + (hasStack ? `\nStack=\n${this.#frames(stack)}` : '');
  }

  #details(i: number, kind: string): string {
    const { type, a, b, c } = this.#rows;
    switch (kind) {
      case 'Sync':
        return this.#sync(a[i]!);
      case 'Metric':
        return ` Name="${metricNames[type[i]!]}" Value=${this.#value(a[i]!)}`;
      case 'Label':
        return ` Label=${this.#quoted(a[i]!)} Resource=Goroutine(${this.#goroutine(this.#rows.g[i]!)})`;
      case 'RangeBegin':
      case 'RangeActive':
      case 'RangeEnd':
        return this.#range(i) + (kind === 'RangeEnd' ? this.#attributes(i) : '');
      case 'TaskBegin':
      case 'TaskEnd':
        return ` ID=${this.#uint(a[i]!)} Parent=${this.#uint(b[i]!)} Type=${this.#quoted(c[i]!)}`;
      case 'RegionBegin':
      case 'RegionEnd':
        return ` Task=${this.#uint(a[i]!)} Type=${this.#quoted(b[i]!)}`;
      case 'Log':
        return ` Task=${this.#uint(a[i]!)} Category=${this.#quoted(b[i]!)} Message=${this.#quoted(c[i]!)}`;
      case 'StateTransition':
        return this.#transition(i);
      case 'Experimental':
        return this.#experimental(i);
      default:
        return '';
    }
  }

  #sync(n: number): string {
    const clock = this.#tables.clockOf(n);
    if (clock === undefined) return ` N=${n}`;
    const wall = wallText(this.#id(clock.sec), this.#id(clock.nsec));
    return ` N=${n} Trace=${BigInt(clock.traceNs)} Mono=${this.#uint(clock.monoNs)} Wall=${wall}`;
  }

  #range(i: number): string {
    const { type, a, g, p } = this.#rows;
    switch (type[i]!) {
      case wire.STWBegin:
      case wire.STWEnd: {
        const kind = this.#quoted(a[i]!).slice(1, -1);
        return ` Name="stop-the-world (${kind})" Scope=Goroutine(${this.#goroutine(g[i]!)})`;
      }
      case wire.GCSweepActive:
        return ` Name="GC incremental sweep" Scope=Proc(${this.#proc(a[i]!)})`;
      case wire.GCSweepBegin:
      case wire.GCSweepEnd:
        return ` Name="GC incremental sweep" Scope=Proc(${this.#proc(p[i]!)})`;
      case wire.GCMarkAssistActive:
        return ` Name="GC mark assist" Scope=Goroutine(${this.#goroutine(a[i]!)})`;
      case wire.GCMarkAssistBegin:
      case wire.GCMarkAssistEnd:
        return ` Name="GC mark assist" Scope=Goroutine(${this.#goroutine(g[i]!)})`;
      default:
        return ' Name="GC concurrent mark phase" Scope=None';
    }
  }

  #attributes(i: number): string {
    const { type, a, b } = this.#rows;
    if (type[i] !== wire.GCSweepEnd) return ' Attributes=[]';
    return ` Attributes=["bytes swept"=${this.#value(a[i]!)} "bytes reclaimed"=${this.#value(b[i]!)}]`;
  }

  #transition(i: number): string {
    const rows = this.#rows;
    const type = rows.type[i]!;
    const isProc = ofProc.has(type);
    const states = isProc ? procStates : goStates;
    const change = `${states[rows.from[i]!]}->${states[rows.to[i]!]}`;
    const a = rows.a[i]!;
    const named = byArgument.has(type);
    const about = isProc
      ? ` ProcID=${this.#proc(named ? a : rows.p[i]!)}`
      : ` GoID=${this.#goroutine(named ? a : rows.g[i]!)}`;
    const reason = type === wire.GoStop || type === wire.GoBlock ? this.#quoted(a) : '""';
    return `${about} ${change} Reason=${reason}${this.#transitionStack(i)}`;
  }

  #transitionStack(i: number): string {
    const { type, stack, b } = this.#rows;
    // A new goroutine has its function as stack, and Go prints the heading even without a frame.
    if (type[i] === wire.GoCreate || type[i] === wire.GoCreateBlocked)
      return `\nTransitionStack=\n${this.#frames(b[i]!)}`;
    return ownStack.has(type[i]!) && stack[i] !== 0 ? `\nTransitionStack=\n${this.#frames(stack[i]!)}` : '';
  }

  #experimental(i: number): string {
    const { type, a, b, c } = this.#rows;
    const values = [a[i]!, b[i]!, c[i]!];
    const args = wireInfo[type[i]!]!.args.map((name, k) => `${name}=${this.#value(values[k]!)}`);
    return ` Name=${wireName(type[i]!)} Args=[${args.join(', ')}]`;
  }

  #frames(stack: number): string {
    const { stacks, frames, texts } = this.#tables;
    let text = '';
    for (let at = stacks.first[stack]!; at < stacks.first[stack + 1]!; at++) {
      const f = stacks.frame[at]!;
      const pc = this.#tables.wide.exact(frames.pc[f]!).toString(16);
      text += `\t${texts.texts[frames.func[f]!]} @ 0x${pc}\n`;
      text += `\t\t${texts.texts[frames.file[f]!]}:${this.#uint(frames.line[f]!)}\n`;
    }
    return text;
  }

  #time(time: number): number | bigint {
    const sum = this.#tables.origin + time;
    return Math.abs(sum) <= EXACT ? sum : BigInt(this.#tables.origin) + BigInt(time);
  }

  #goroutine(index: number): number | bigint {
    return this.#id(this.#tables.goroutines.id[index]!);
  }

  #proc(index: number): number | bigint {
    return this.#id(this.#tables.procs.id[index]!);
  }

  /** A word as a signed number. */
  #id(word: number): number | bigint {
    return word >= -1 ? word : BigInt.asIntN(64, this.#tables.wide.exact(word));
  }

  /** A word as an unsigned number. */
  #uint(word: number): number | bigint {
    return word >= 0 ? word : this.#tables.wide.exact(word);
  }

  #value(word: number): string {
    return `Value{Uint64(${this.#uint(word)})}`;
  }

  #quoted(text: number): string {
    const raw = this.#tables.texts.rawOf(text);
    return raw === undefined ? quote(this.#tables.texts.texts[text]!) : quoteBytes(raw);
  }
}

/** A moment in the local time zone, in Go's layout RFC3339Nano. */
function wallText(sec: number | bigint, nsec: number | bigint): string {
  const total = BigInt(sec) * 1_000_000_000n + BigInt(nsec);
  const whole = Number(total / 1_000_000_000n);
  const fraction = String(total % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const at = new Date(whole * 1000);
  if (Number.isNaN(at.getTime())) return `@${total}`;
  const east = -at.getTimezoneOffset();
  const local = new Date((whole + 60 * east) * 1000).toISOString().slice(0, 19);
  const two = (n: number) => String(n).padStart(2, '0');
  const zone = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  return `${local}${fraction === '' ? '' : `.${fraction}`}${east === 0 ? 'Z' : zone}`;
}
