// The time line of a trace, whole or still being read: the indexes, those that are made on demand, and which rows there are.

import { type Histories, histories } from '../../trace/analysis/histories.js';
import type { Trace } from '../../trace/model.js';
import { readObject } from '../../trace/objects.js';
import { type ObjectTrack, objectTracks, type Task, tasks, threadTracks } from './details.js';
import { Indexes } from './indexes.js';
import { type GroupId, groups, type Row, type Source } from './rows.js';
import { Track } from './track.js';

/** Rows of the group "Runtime": what makes goroutines runnable from outside, by the row's kind. */
const runtimeRows = ['gc', 'stw', 'network', 'timers', 'syscalls'] as const;

/** Changes of a goroutine from which on its track, with checkpoints, is kept. */
const KEPT = 4096;

/** The time line. */
export class Timeline implements Source {
  indexes: Indexes;
  /** The order of the goroutines in their group; undefined for that of their creation. */
  order: Uint32Array | undefined;
  #histories: Histories | undefined;
  #historiesLength = 0;
  #threads: readonly Track[] | undefined;
  #tasks: readonly Task[] | undefined;
  #objects: readonly ObjectTrack[] | undefined;
  #members = new Map<number, Uint32Array>();
  #byId: Map<number, number> | undefined;
  readonly #kept = new Map<number, Track>();
  #isWhole = false;
  /** Number of frames that have been searched for an object, and whether there is one. */
  #objectsAmong = 0;
  #seesObjects = false;

  constructor(trace: Trace) {
    this.indexes = new Indexes(trace);
  }

  get trace(): Trace {
    return this.indexes.trace;
  }

  /** True once the trace is read. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Bytes of all indexes that there are. */
  get bytes(): number {
    const sum = (tracks: readonly Track[]) => tracks.reduce((bytes, track) => bytes + track.bytes, 0);
    const h = this.#histories;
    return (
      this.indexes.bytes +
      (h === undefined ? 0 : h.first.byteLength + h.event.byteLength) +
      sum(this.#threads ?? []) +
      sum((this.#objects ?? []).map(({ track }) => track)) +
      // Their changes are in the histories.
      [...this.#kept.values()].reduce((bytes, track) => bytes + track.bytes - track.at.byteLength, 0)
    );
  }

  /** Takes a later state of the same trace. */
  take(trace: Trace): void {
    this.indexes.take(trace);
    this.#forget();
  }

  /** Says that the trace is read. */
  finish(): void {
    if (!this.indexes.finish()) {
      this.indexes = new Indexes(this.trace);
      this.indexes.take(this.trace);
      this.indexes.finish();
    }
    this.#isWhole = true;
    this.#forget();
    this.#historiesLength = 0;
  }

  #forget(): void {
    this.#threads = undefined;
    this.#tasks = undefined;
    this.#objects = undefined;
    this.#members.clear();
    this.#byId = undefined;
  }

  /** The changes of all goroutines; while the trace is read, those of some time ago. */
  get histories(): Histories {
    const { length } = this.indexes;
    // Each costs a pass over all events: while the trace grows, it is made again when it is half as long again.
    if (
      this.#histories === undefined ||
      length > 1.5 * this.#historiesLength ||
      (this.#isWhole && length !== this.#historiesLength)
    ) {
      this.#histories = histories(this.trace);
      this.#historiesLength = length;
      this.#kept.clear();
    }
    return this.#histories;
  }

  /** The changes of all goroutines, with event `e` at least. */
  historiesUpTo(e: number): Histories {
    if (e >= this.#historiesLength) this.#histories = undefined;
    return this.histories;
  }

  get threads(): readonly Track[] {
    this.#threads ??= threadTracks(this.indexes);
    return this.#threads;
  }

  get tasks(): readonly Task[] {
    this.#tasks ??= tasks(this.indexes);
    return this.#tasks;
  }

  get objects(): readonly ObjectTrack[] {
    this.#objects ??= objectTracks(this.indexes);
    return this.#objects;
  }

  /** What a goroutine does over time. */
  goroutineTrack(g: number): Track {
    const { first, event } = this.histories;
    const kept = this.#kept.get(g);
    if (kept !== undefined) return kept;
    const at = g + 1 < first.length ? event.subarray(first[g]!, first[g + 1]!) : new Uint32Array(0);
    const track = Track.of(at, this.indexes.moves, this.trace.events.ts);
    if (at.length >= KEPT) this.#kept.set(g, track);
    return track;
  }

  countOf(group: GroupId): number {
    const { trace, indexes } = this;
    switch (group) {
      case 'statistics':
        return 1 + Number(indexes.heap.length > 0) + Number(indexes.threads.length > 0);
      case 'runtime':
        return this.#runtimeRows.length;
      case 'procs':
        return indexes.ps.length;
      case 'threads':
        return trace.threads.length - 1;
      case 'bodies':
        return indexes.bodies.list.length;
      case 'goroutines':
        return this.order?.length ?? trace.goroutines.length - 1;
      case 'tasks':
        return indexes.taskEvents.length;
      case 'objects':
        return this.#hasObjects ? this.objects.length : 0;
    }
  }

  /** True if a group has rows; cheaper than to count them. */
  has(group: GroupId): boolean {
    return group === 'objects' ? this.#hasObjects : this.countOf(group) > 0;
  }

  /** True if the trace names an object. */
  get #hasObjects(): boolean {
    const { frames, strings } = this.trace;
    if (this.#objectsAmong !== frames.length) {
      this.#objectsAmong = frames.length;
      this.#seesObjects = frames.file.some((file, k) => readObject(strings[file]!, frames.line[k]!) !== undefined);
    }
    return this.#seesObjects;
  }

  get #runtimeRows(): readonly (typeof runtimeRows)[number][] {
    const { collections, stops, fromOutside } = this.indexes;
    const [network, timers, syscalls] = [...fromOutside.values()];
    const has = {
      gc: collections.length > 0,
      stw: stops.length > 0,
      network: network!.length > 0,
      timers: timers!.length > 0,
      syscalls: syscalls!.length > 0,
    };
    return runtimeRows.filter((kind) => has[kind]);
  }

  rowOf(group: GroupId, place: number): Row {
    switch (group) {
      case 'statistics': {
        const kinds = ['counts', ...(this.indexes.heap.length > 0 ? (['heap'] as const) : []), 'threadcounts'] as const;
        return { kind: kinds[place]!, n: 0 };
      }
      case 'runtime':
        return { kind: this.#runtimeRows[place]!, n: 0 };
      case 'procs':
        return { kind: 'proc', n: place };
      case 'threads':
        return { kind: 'thread', n: place + 1 };
      case 'bodies':
        return { kind: 'body', n: place };
      case 'goroutines':
        return { kind: 'goroutine', n: this.order?.[place] ?? place + 1 };
      case 'tasks':
        return { kind: 'task', n: place };
      case 'objects':
        return { kind: 'object', n: place };
    }
  }

  membersOf(body: number): Uint32Array {
    let members = this.#members.get(body);
    if (members === undefined) {
      const { of, list } = this.indexes.bodies;
      members = new Uint32Array(list[body]!.goroutines);
      let n = 0;
      for (let g = 1; g < this.trace.goroutines.length; g++) if (of[g] === body) members[n++] = g;
      this.#members.set(body, members);
    }
    return members;
  }

  keyOf({ kind, n }: Row): string {
    const { trace, indexes } = this;
    switch (kind) {
      case 'group':
        return groups[n]!.id;
      case 'proc':
        return `p${n}`;
      case 'thread':
        return `m${trace.threads[n]}`;
      case 'body':
        return `b:${indexes.bodies.list[n]!.name}`;
      case 'goroutine':
        return `g${trace.goroutines.id[n]}`;
      case 'task':
        return `t${this.tasks[n]!.id}`;
      case 'object':
        return `o:${this.objects[n]!.name}`;
      default:
        return kind;
    }
  }

  rowWith(key: string): Row | undefined {
    const number = Number(key.slice(1));
    const found = (kind: Row['kind'], n: number): Row | undefined => (n >= 0 ? { kind, n } : undefined);
    if (/^p\d+$/.test(key)) return number < this.indexes.ps.length ? { kind: 'proc', n: number } : undefined;
    if (/^m\d+$/.test(key)) return found('thread', this.trace.threads.indexOf(number, 1));
    if (/^g\d+$/.test(key)) return found('goroutine', this.#goroutineWith(number));
    if (/^t\d+$/.test(key))
      return found(
        'task',
        this.tasks.findIndex(({ id }) => id === number),
      );
    if (key.startsWith('b:')) {
      return found(
        'body',
        this.indexes.bodies.list.findIndex(({ name }) => name === key.slice(2)),
      );
    }
    if (key.startsWith('o:'))
      return found(
        'object',
        this.objects.findIndex(({ name }) => name === key.slice(2)),
      );
    const group = groups.findIndex(({ id }) => id === key);
    if (group >= 0) return { kind: 'group', n: group };
    return ['counts', 'heap', 'threadcounts', ...runtimeRows].includes(key)
      ? { kind: key as Row['kind'], n: 0 }
      : undefined;
  }

  /** The last goroutine with a number: numbers may be used again. -1 if there is none. */
  #goroutineWith(id: number): number {
    if (this.#byId === undefined) {
      this.#byId = new Map();
      const { goroutines } = this.trace;
      for (let g = 1; g < goroutines.length; g++) this.#byId.set(goroutines.id[g]!, g);
    }
    return this.#byId.get(id) ?? -1;
  }
}
