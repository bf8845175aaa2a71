// TracePackets of Perfetto, written one by one: the fields of trace_packet.proto, track_descriptor.proto, track_event.proto and
// interned_data.proto (in google/perfetto, protos/perfetto/trace/) that we write. Names and source
// locations are interned: defined once, then referred to by id.

import { ProtoWriter } from '../../lib/protowriter.js';
import type { Trace } from '../model.js';

const TRACE = { packet: 1 };
const PACKET = {
  timestamp: 8,
  sequenceId: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  trackDescriptor: 60,
};
/** `cleared`: the packet begins a sequence with nothing interned. `needsState`: it uses what was interned before. */
const FLAG = { cleared: 1, needsState: 2 };
const DESCRIPTOR = { uuid: 1, name: 2, process: 3, thread: 4, parentUuid: 5, counter: 8 };
const PROCESS = { pid: 1, name: 6 };
const THREAD = { pid: 1, tid: 2, name: 5 };
const COUNTER = { unit: 3 };
const UNIT = { count: 2, bytes: 3 };
const EVENT = {
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  counterValue: 30,
  sourceLocationIid: 34,
  flowIds: 47,
  terminatingFlowIds: 48,
};
const TYPE = { begin: 1, end: 2, instant: 3, counter: 4 };
const ANNOTATION = { nameIid: 1, uintValue: 3, stringValue: 6 };
const INTERNED = { eventNames: 2, annotationNames: 3, sourceLocations: 4 };
const NAMED = { iid: 1, name: 2 };
const LOCATION = { iid: 1, file: 2, func: 3, line: 4 };

/** Names of annotations, interned in the first packet; their ids. */
const annotationNames = ['g', 'until', 'thread'];
const G = 1;
const UNTIL = 2;
const THREAD_NUMBER = 3;
/** All packets belong to one sequence and one process. */
const SEQUENCE = 1;
const PID = 1;

/** Optional fields of a slice or an instant. */
export interface Parts {
  /** Index of the goroutine. */
  readonly g?: number;
  /** Number of the thread. */
  readonly thread?: number;
  /** Index of the stack whose leaf is the source location. */
  readonly stack?: number;
  /** Ids of the flow that it begins, and of the one that it ends. */
  readonly flow?: number;
  readonly endOfFlow?: number;
}

/** A buffer of packets. Times are nanoseconds; tracks are uuids. */
export class Packets {
  readonly #trace: Trace;
  readonly #out = new ProtoWriter(1 << 17);
  readonly #names = new Map<string, number>();
  /** By frame: 1 if its source location is interned. */
  readonly #located: Uint8Array;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#located = new Uint8Array(trace.frames.length);
    this.#packet(FLAG.cleared, () =>
      this.#message(PACKET.internedData, () => {
        for (const [k, name] of annotationNames.entries()) this.#named(INTERNED.annotationNames, k + 1, name);
      }),
    );
  }

  /** Bytes that take() would return. */
  get length(): number {
    return this.#out.length;
  }

  /** Returns what has been written since the last call. */
  take(): Uint8Array {
    return this.#out.take();
  }

  /** Writes the track of the process. */
  process(uuid: number, name: string): void {
    this.#descriptor(uuid, undefined, undefined, () =>
      this.#message(DESCRIPTOR.process, () => {
        this.#out.int(PROCESS.pid, PID);
        this.#out.text(PROCESS.name, name);
      }),
    );
  }

  /** Writes the track of a thread, which sorts by `tid`. */
  thread(uuid: number, tid: number, name: string): void {
    this.#descriptor(uuid, undefined, undefined, () =>
      this.#message(DESCRIPTOR.thread, () => {
        this.#out.int(THREAD.pid, PID);
        this.#out.int(THREAD.tid, tid);
        this.#out.text(THREAD.name, name);
      }),
    );
  }

  /** Writes a track below another one. */
  track(uuid: number, parent: number, name: string): void {
    this.#descriptor(uuid, parent, name, () => {});
  }

  /** Writes the track of a counter. */
  counterTrack(uuid: number, parent: number, name: string, unit: 'count' | 'bytes'): void {
    this.#descriptor(uuid, parent, name, () =>
      this.#message(DESCRIPTOR.counter, () => this.#out.int(COUNTER.unit, UNIT[unit])),
    );
  }

  /** Begins a slice on a track. */
  begin(ts: number, track: number, name: string, parts: Parts = {}): void {
    this.#event(TYPE.begin, ts, track, name, parts);
  }

  /** Writes an instant on a track. */
  instant(ts: number, track: number, name: string, parts: Parts = {}): void {
    this.#event(TYPE.instant, ts, track, name, parts);
  }

  /** Ends the innermost slice of a track. @param until the reason */
  end(ts: number, track: number, until?: string): void {
    const { packet, event } = this.#open(ts, TYPE.end, track);
    if (until !== undefined) {
      const mark = this.#out.begin(EVENT.debugAnnotations);
      this.#out.int(ANNOTATION.nameIid, UNTIL);
      this.#out.text(ANNOTATION.stringValue, until);
      this.#out.end(mark);
    }
    this.#out.end(event);
    this.#out.end(packet);
  }

  /** Writes the value of a counter. */
  count(ts: number, track: number, value: number): void {
    const { packet, event } = this.#open(ts, TYPE.counter, track);
    this.#out.int(EVENT.counterValue, value);
    this.#out.end(event);
    this.#out.end(packet);
  }

  #event(type: number, ts: number, track: number, name: string, parts: Parts): void {
    const iid = this.#name(name);
    const location = this.#location(parts.stack ?? 0);
    const { packet, event } = this.#open(ts, type, track);
    this.#out.int(EVENT.nameIid, iid);
    if (parts.g !== undefined) this.#annotate(G, this.#trace.goroutines.id[parts.g]!);
    if (parts.thread !== undefined) this.#annotate(THREAD_NUMBER, parts.thread);
    if (location > 0) this.#out.int(EVENT.sourceLocationIid, location);
    if (parts.flow !== undefined) this.#out.fixed64(EVENT.flowIds, parts.flow);
    if (parts.endOfFlow !== undefined) this.#out.fixed64(EVENT.terminatingFlowIds, parts.endOfFlow);
    this.#out.end(event);
    this.#out.end(packet);
  }

  #annotate(nameIid: number, value: number): void {
    const mark = this.#out.begin(EVENT.debugAnnotations);
    this.#out.int(ANNOTATION.nameIid, nameIid);
    this.#out.int(ANNOTATION.uintValue, value);
    this.#out.end(mark);
  }

  /** Begins a packet with an event. @returns the marks that end them */
  #open(ts: number, type: number, track: number): { packet: number; event: number } {
    const packet = this.#out.begin(TRACE.packet);
    this.#out.int(PACKET.timestamp, ts);
    this.#out.int(PACKET.sequenceId, SEQUENCE);
    this.#out.int(PACKET.sequenceFlags, FLAG.needsState);
    const event = this.#out.begin(PACKET.trackEvent);
    this.#out.int(EVENT.type, type);
    this.#out.int(EVENT.trackUuid, track);
    return { packet, event };
  }

  #descriptor(uuid: number, parent: number | undefined, name: string | undefined, rest: () => void): void {
    this.#packet(0, () =>
      this.#message(PACKET.trackDescriptor, () => {
        this.#out.int(DESCRIPTOR.uuid, uuid);
        if (parent !== undefined) this.#out.int(DESCRIPTOR.parentUuid, parent);
        if (name !== undefined) this.#out.text(DESCRIPTOR.name, name);
        rest();
      }),
    );
  }

  /** The id of a name, which is interned if it is new. */
  #name(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const iid = this.#names.size + 1;
    this.#names.set(name, iid);
    this.#intern(() => this.#named(INTERNED.eventNames, iid, name));
    return iid;
  }

  /** The id of the source location of a stack's leaf, which is interned if it is new; 0 without one. */
  #location(stack: number): number {
    const { stacks, frames, strings } = this.#trace;
    if (stack === 0 || stacks.first[stack] === stacks.first[stack + 1]) return 0;
    const frame = stacks.frame[stacks.first[stack]!]!;
    if (this.#located[frame] === 0) {
      this.#located[frame] = 1;
      this.#intern(() =>
        this.#message(INTERNED.sourceLocations, () => {
          this.#out.int(LOCATION.iid, frame + 1);
          this.#out.text(LOCATION.file, strings[frames.file[frame]!]!);
          this.#out.text(LOCATION.func, strings[frames.func[frame]!]!);
          this.#out.int(LOCATION.line, frames.line[frame]!);
        }),
      );
    }
    return frame + 1;
  }

  #named(field: number, iid: number, name: string): void {
    this.#message(field, () => {
      this.#out.int(NAMED.iid, iid);
      this.#out.text(NAMED.name, name);
    });
  }

  #intern(body: () => void): void {
    this.#packet(FLAG.needsState, () => this.#message(PACKET.internedData, body));
  }

  #packet(flags: number, body: () => void): void {
    this.#message(TRACE.packet, () => {
      this.#out.int(PACKET.sequenceId, SEQUENCE);
      if (flags !== 0) this.#out.int(PACKET.sequenceFlags, flags);
      body();
    });
  }

  #message(field: number, body: () => void): void {
    const mark = this.#out.begin(field);
    body();
    this.#out.end(mark);
  }
}
