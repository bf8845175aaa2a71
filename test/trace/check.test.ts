import { checkTrace, type Events, ev, parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { everything } from '../programs/lib/tracecases.js';

/** A trace of its own for each test, to spoil. */
const fresh = (): Trace => parse(everything().bytes);
const set = (column: { [index: number]: number }, index: number, value: number) => {
  column[index] = value;
};
const at = (events: Events, type: number) => events.type.indexOf(type);

describe('checkTrace', () => {
  test('adds up a trace that is true to itself', () => {
    expect(checkTrace(fresh())).toEqual({ created: 6, ended: 3, alive: 3, starts: 12, leaves: 12, running: 0 });
  });

  test.each<[string, (trace: Trace) => void, RegExp]>([
    ['time that runs backwards', ({ events }) => set(events.ts, 20, 0), /event 20: time runs backwards$/],
    [
      'a start in place of an end',
      ({ events }) => set(events.type, at(events, ev.GoEnd), ev.GoStart),
      /GoStart on P 0: g 6 is running, expected runnable$/,
    ],
    [
      'a P that another goroutine has',
      ({ events }) => set(events.g, at(events, ev.GoBlockNet), 1),
      /GoBlockNet on P 1: the event is by g 1, but g 4 runs on the P$/,
    ],
    [
      'a link to the past',
      ({ events }) => set(events.link, 9, 3),
      /event 9: a goroutine, a stack or a link of the event does not exist$/,
    ],
    [
      'a link to what does not end it',
      ({ events }) => set(events.link, at(events, ev.GCStart), events.length - 1),
      /a goroutine, a stack or a link of the event does not exist$/,
    ],
    [
      'a stack that is not there',
      ({ events }) => set(events.stack, 7, 99),
      /event 7: a goroutine, a stack or a link of the event does not exist$/,
    ],
  ])('finds %s', (_, spoil, says) => {
    const trace = fresh();
    spoil(trace);
    expect(() => checkTrace(trace)).toThrow(TraceError);
    expect(() => checkTrace(trace)).toThrow(says);
  });

  test('finds a goroutine too many', () => {
    const trace = fresh();
    const goroutines = { ...trace.goroutines, length: 8, id: new Float64Array(8) };
    expect(() => checkTrace({ ...trace, goroutines })).toThrow('trace: expected 7 GoCreates, one per goroutine, got 6');
  });
});
