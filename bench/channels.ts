// Benchmark of channels: the cost of passing one value.
//
//   node dist/bench/channels.js [-n ROUNDS] [-only REGEX] [-json]
//
// Between goroutines on the same P, and from one P to another (which the program makes sure of: programs/handoff.ts),
// beside what a Node user would write instead, and beside Go. Go moves goroutines as it likes: with two Ps it may well
// run both sides on one. So there it stands a second time, with goroutines that have a thread of their own each.

import { type Contest, contests } from './contest.js';
import { mandel } from './mandel.js';
import { handoff, pingpong } from './peers/asyncchan.js';
import { type GoProgram, goSubject } from './peers/go.js';
import { multithreaded } from './peers/multithreading.js';
import { piscina } from './peers/pool.js';
import { messagePorts } from './peers/port.js';
import { alone } from './section.js';
import type { Subject } from './subject.js';

/** Of a buffered channel. */
const SIZE = 128;

/** Operations in a batch. */
const N = {
  mandel: 500_000,
  apart: 50_000,
  async: 300_000,
  ports: 20_000,
  rust: 2_000,
  piscina: 2_000,
  go: 500_000,
  threads: 20_000,
};

interface Shape {
  readonly senders: number;
  readonly receivers: number;
  readonly size: number;
  /** Whether one side is on another P, or thread. */
  readonly apart: boolean;
}

function unbuffered(apart: boolean) {
  return { ns: { most: apart ? 600 : 120 }, toGo: { most: 1.5 } };
}

function ownThreads(subjects: readonly Subject[]): Subject[] {
  return subjects.map((subject) => ({ ...subject, name: 'Go, a thread each' }));
}

function contest(shape: Shape): Contest {
  const { senders, receivers, size, apart } = shape;
  const far = Math.max(senders, receivers);
  const way = senders > 1 ? 'in' : 'out';
  const procs = apart ? 2 : 1;
  const subjects = (go: GoProgram | null): Subject[] => [
    mandel('handoff', procs, apart ? N.apart : N.mandel, way, far, size, procs),
    ...goSubject(go, procs, N.go, 'handoff', senders, receivers, size, 0),
    ...(apart ? ownThreads(goSubject(go, procs, N.threads, 'handoff', senders, receivers, size, 1)) : []),
    ...(apart
      ? []
      : [{ name: 'async iterator', n: N.async, batch: (n: number) => handoff(n, senders, receivers, size) }]),
    messagePorts(N.ports, way, far, size === 0, apart),
    ...(apart && senders === 1 && receivers === 1 ? [multithreaded('handoff', N.rust, Math.max(size, 1))] : []),
    ...(apart && senders === 1 ? [piscina(N.piscina, receivers, size === 0 ? receivers : N.piscina)] : []),
  ];
  const buffer = size === 0 ? 'unbuffered' : `buffer of ${size}`;
  const name = `${apart ? 'across Ps' : 'same P'}, ${buffer}, ${senders}:${receivers}`;
  const asked = size === 0 && far === 1 ? { asked: unbuffered(apart) } : {};
  return { name, subjects, ...asked };
}

function backAndForth(apart: boolean): Contest {
  const procs = apart ? 2 : 1;
  const subjects = (go: GoProgram | null): Subject[] => [
    mandel('handoff', procs, apart ? N.apart : N.mandel, 'back', 1, 0, procs),
    ...goSubject(go, procs, N.go, 'pingpong', 0),
    ...(apart ? ownThreads(goSubject(go, procs, N.threads, 'pingpong', 1)) : []),
    ...(apart ? [] : [{ name: 'async iterator', n: N.async, batch: pingpong }]),
    messagePorts(N.ports, 'back', 1, true, apart),
  ];
  return { name: `${apart ? 'across Ps' : 'same P'}, ping-pong`, subjects, asked: unbuffered(apart) };
}

const all = [false, true].flatMap((apart) => [
  backAndForth(apart),
  ...[0, SIZE].flatMap((size) =>
    [
      { senders: 1, receivers: 1 },
      { senders: 1, receivers: 4 },
      { senders: 4, receivers: 1 },
    ].map((sides) => contest({ ...sides, size, apart })),
  ),
]);

export const channels = contests('channels', 'what does it cost to hand a value over a channel?', 'a value', all);

await alone(import.meta.url, channels);
