// What a trace for Perfetto says, decoded from its bytes.

import type { Trace } from 'mandel/trace';
import { perfettoTrace } from '#src/trace/export/perfetto.js';
import { all, type Field, fields, int, messages, text } from './protobuf.js';

/** Types of events. */
export const PHASE = { begin: 1, end: 2, instant: 3, counter: 4 };

/** An event: its names and numbers, not their ids. */
export interface PerfettoEvent {
  readonly ts: number;
  readonly type: number;
  readonly name: string;
  readonly track: string | undefined;
  /** Ids of the flows that it begins, and of those that it ends. */
  readonly flows: readonly number[];
  readonly ends: readonly number[];
  /** Annotations: the goroutine, its thread, what ended its slice. */
  readonly g?: number;
  readonly thread?: number;
  readonly until?: string;
}

/** The packets of a trace, and the events in them. */
export function perfetto(of: Trace): { packets: readonly (readonly Field[])[]; events: readonly PerfettoEvent[] } {
  const packets = messages(fields(Buffer.concat([...perfettoTrace(of)])), 1);
  const names = new Map<number, string | undefined>();
  const annotations = new Map<number, string | undefined>();
  const tracks = new Map<number, string | undefined>();
  const events: PerfettoEvent[] = [];
  for (const packet of packets) {
    for (const interned of messages(packet, 12)) {
      for (const name of messages(interned, 2)) names.set(int(name, 1), text(name, 2));
      for (const name of messages(interned, 3)) annotations.set(int(name, 1), text(name, 2));
    }
    for (const descriptor of messages(packet, 60)) tracks.set(int(descriptor, 1), trackName(descriptor));
    for (const event of messages(packet, 11)) {
      events.push({
        ts: int(packet, 8),
        type: int(event, 9),
        name: names.get(int(event, 10)) ?? '',
        track: tracks.get(int(event, 11)),
        flows: all(event, 47).map(Number),
        ends: all(event, 48).map(Number),
        ...Object.fromEntries(
          messages(event, 4).map((note) => [annotations.get(int(note, 1)), text(note, 6) ?? int(note, 3)]),
        ),
      });
    }
  }
  return { packets, events };
}

function trackName(descriptor: readonly Field[]): string | undefined {
  const [thread] = messages(descriptor, 4);
  return text(descriptor, 2) ?? (thread ? text(thread, 5) : 'process');
}
