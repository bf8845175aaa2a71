// Sums of a critical path: its time by body and kind, how much of it is hand-off, and single pieces with their names.

import { entryName, stackName, type Trace } from '../model.js';
import { whereabouts } from './blocking.js';
import { type CriticalPath, type PieceKind, pieceKinds } from './criticalpath.js';

/** The pieces of one kind, of goroutines with one body. */
export interface PathRow {
  /** '' if it is not in the trace, and of what is before and after. */
  readonly body: string;
  readonly kind: PieceKind;
  readonly ns: number;
  readonly count: number;
}

export interface PathSummary {
  readonly durationNs: number;
  readonly pieces: number;
  /** Time between goroutines: from being made runnable, or from when the P was free, to the start. */
  readonly handoffNs: number;
  readonly handoffs: number;
  /** The longest sum first; they sum to the duration. */
  readonly rows: readonly PathRow[];
}

/** Kinds in words, where those differ. */
const kindNames: Readonly<Partial<Record<PieceKind, string>>> = { syscall: 'system call', gc: 'GC' };

/** The name of the pieces of a kind, of goroutines with a body. */
export function pieceName(kind: PieceKind, body: string): string {
  if (kind === 'before') return `before${body === '' ? '' : ` the trace: ${body}`}`;
  if (kind === 'after') return 'after the end of the path';
  return `${kindNames[kind] ?? kind} of ${body === '' ? '(unknown)' : body}`;
}

/** By index of a kind: 1 if it is hand-off. */
const isHandoff = Uint8Array.from(pieceKinds, (kind) => (kind === 'wake-up' || kind === 'scheduling' ? 1 : 0));

/** Sums the pieces of a path by body and kind. */
export function pathSummary(trace: Trace, path: CriticalPath): PathSummary {
  const { length, fromNs, kind, g } = path;
  const sums = new Map<number, { ns: number; count: number }>();
  let handoffNs = 0;
  let handoffs = 0;
  for (let k = 0; k < length; k++) {
    const ns = fromNs[k + 1]! - fromNs[k]!;
    const key = trace.goroutines.entry[g[k]!]! * pieceKinds.length + kind[k]!;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ns, count: 1 });
    else {
      sum.ns += ns;
      sum.count++;
    }
    if (isHandoff[kind[k]!] === 0) continue;
    handoffNs += ns;
    handoffs++;
  }
  return { durationNs: trace.durationNs, pieces: length, handoffNs, handoffs, rows: rowsOf(trace, sums) };
}

/** Bodies with one name may have several entry stacks. */
function rowsOf(trace: Trace, sums: ReadonlyMap<number, { readonly ns: number; readonly count: number }>): PathRow[] {
  const rows = new Map<string, { body: string; kind: PieceKind; ns: number; count: number }>();
  for (const [key, { ns, count }] of sums) {
    const body = stackName(trace, Math.floor(key / pieceKinds.length));
    const kind = pieceKinds[key % pieceKinds.length]!;
    const row = rows.get(`${kind} ${body}`);
    if (row === undefined) rows.set(`${kind} ${body}`, { body, kind, ns, count });
    else {
      row.ns += ns;
      row.count += count;
    }
  }
  const name = ({ body, kind }: PathRow) => `${body} ${kind}`;
  return [...rows.values()].sort((a, b) => b.ns - a.ns || (name(a) < name(b) ? -1 : 1));
}

/** A piece in words. */
export interface Piece {
  readonly kind: PieceKind;
  readonly fromNs: number;
  readonly toNs: number;
  /** Index of the goroutine and its body; 0 and '' of what is before and after. */
  readonly g: number;
  readonly body: string;
  /** -1 for none. */
  readonly p: number;
  /** Numbers of the events that begin and end it; -1 for the beginning and the end of the trace. */
  readonly begin: number;
  readonly end: number;
  /**
   * Where: an execution ends there; a wait begins there, and so does a hand-off, in the goroutine that made the other one runnable
   * or left the P. '' if there is no stack.
   */
  readonly at: string;
}

/** Piece `k` of a path. */
export function pieceOf(trace: Trace, path: CriticalPath, k: number): Piece {
  const { events } = trace;
  const kind = pieceKinds[path.kind[k]!]!;
  const [begin, end] = [path.begin[k]!, path.end[k]!];
  const e = kind === 'execution' && end >= 0 ? end : begin;
  return {
    kind,
    fromNs: path.fromNs[k]!,
    toNs: path.fromNs[k + 1]!,
    g: path.g[k]!,
    body: entryName(trace, path.g[k]!),
    p: path.p[k]!,
    begin,
    end,
    at: e < 0 ? '' : whereabouts(trace, events.stack[e]!),
  };
}

/** The `n` longest pieces, the longest first. */
export function longestPieces(trace: Trace, path: CriticalPath, n: number): readonly Piece[] {
  const { length, fromNs } = path;
  const longest: number[] = [];
  const ns = (k: number) => fromNs[k + 1]! - fromNs[k]!;
  for (let k = 0; k < length; k++) {
    if (longest.length === n && ns(k) <= ns(longest[n - 1]!)) continue;
    let at = longest.length;
    while (at > 0 && ns(longest[at - 1]!) < ns(k)) at--;
    longest.splice(at, 0, k);
    if (longest.length > n) longest.pop();
  }
  return longest.map((k) => pieceOf(trace, path, k));
}
