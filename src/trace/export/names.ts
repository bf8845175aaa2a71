// Names and labels that Go's trace tool shows: goroutines, log entries, slices, stacks.

import { ev } from '../event.js';
import { argOf, entryName, type Trace } from '../model.js';

/** The label of a goroutine: `G12 main.worker`. */
export function goroutineLabel(trace: Trace, g: number): string {
  return `G${trace.goroutines.id[g]} ${entryName(trace, g)}`;
}

/** A UserLog event as one text: `key=message`. */
export function logText(trace: Trace, event: number): string {
  const key = trace.strings[argOf(trace.events, event, 1)] ?? '';
  const message = trace.strings[argOf(trace.events, event, 2)] ?? '';
  return key === '' || message === '' ? key + message : `${key}=${message}`;
}

/** The name of a GoStart's slice: `name`, which is the goroutine's, or the label of GoStartLabel; in format v2 both. */
export function sliceName(trace: Trace, event: number, name: string): string {
  const { type, arg } = trace.events;
  if (type[event] !== ev.GoStartLabel) return name;
  const label = trace.strings[arg[event]!] ?? '';
  return trace.version >= 22 ? `${name} (${label})` : label;
}

/** The frames of a stack as `function file:line`, leaf first. */
export function stackLines(trace: Trace, stack: number): readonly string[] {
  const { stacks, frames, strings } = trace;
  if (stack === 0) return [];
  return Array.from(
    stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]),
    (f) => `${strings[frames.func[f]!]} ${strings[frames.file[f]!]}:${frames.line[f]}`,
  );
}
