// Traces of many kinds: what holds for each of them holds.

import { parse, type Trace } from 'mandel/trace';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { story } from './story.js';

/** Traces by hand, and those of Go that are there: of Go 1.7 and 1.19, and of real programs since 1.22. */
export function someTraces(): readonly (readonly [name: string, trace: Trace])[] {
  return [
    ['the story', parse(story().bytes)],
    ['one with every event', parse(everything('go 1.19 trace').bytes)],
    ['one of many goroutines', parse(pxTrace(6000, 3))],
    ...goTraceNames()
      .filter((name) => /_1_(7|19)_/.test(name))
      .map((name) => [name, parse(goTrace(name))] as const),
    ...goProgramTraces().map((name) => [name, parse(goProgramTrace(name))] as const),
  ];
}
