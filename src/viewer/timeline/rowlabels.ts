// The names of rows, as their labels have them.

import { count } from '../../lib/numbers.js';
import { entryName } from '../../trace/model.js';
import type { Timeline } from './model.js';
import { groups, type PlacedRow } from './rows.js';

/** The last part of a function's name: `main.paint` of `example.com/app/main.paint`. */
export function withoutPath(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The name of a row. */
export function labelOf(timeline: Timeline, { kind, n, isOpen }: PlacedRow): string {
  const { trace, indexes } = timeline;
  switch (kind) {
    case 'group':
      return groupLabel(timeline, n, isOpen === true);
    case 'counts':
      return 'Goroutines';
    case 'ps':
      return 'All Ps';
    case 'heap':
      return 'Heap';
    case 'threadcounts':
      return 'Threads with a P';
    case 'gc':
      return 'GC';
    case 'stw':
      return 'Stop the world';
    case 'network':
      return 'Network';
    case 'timers':
      return 'Timers';
    case 'syscalls':
      return 'System calls';
    case 'proc':
      return `P ${n}`;
    case 'thread':
      return `M ${trace.threads[n]}`;
    case 'body': {
      const { name, goroutines } = indexes.bodies.list[n]!;
      return `${name === '' ? 'not named' : withoutPath(name)} · ${count(goroutines)}`;
    }
    case 'goroutine':
      return `G ${trace.goroutines.id[n]} ${withoutPath(entryName(trace, n))}`;
    case 'task':
      return `Task ${timeline.tasks[n]!.id} ${timeline.tasks[n]!.name}`;
    case 'object':
      return timeline.objects[n]!.name;
  }
}

function groupLabel(timeline: Timeline, n: number, isOpen: boolean): string {
  const { id, title } = groups[n]!;
  // Objects are counted when they are shown: that is a pass over all events.
  return id === 'objects' && !isOpen ? title : `${title} · ${count(timeline.countOf(id))}`;
}
