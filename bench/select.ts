// Benchmark of select.
//
//   node dist/bench/select.js [-n ROUNDS] [-only REGEX] [-json]
//
// On one P, beside what a Node user would write instead, and beside Go.

import { type Contest, contests } from './contest.js';
import { mandel } from './mandel.js';
import { goSubject } from './peers/go.js';
import { blocking, orDefault, polledPorts, ready } from './peers/race.js';
import { alone } from './section.js';

/** Operations in a batch. */
const N = { mandel: 200_000, go: 200_000, race: 50_000, ports: 50_000 };
const race = 'async iterators, Promise.race';

const all: readonly Contest[] = [
  {
    name: '2 ready',
    subjects: (go) => [
      mandel('select', 1, N.mandel, 'two'),
      ...goSubject(go, 1, N.go, 'ready', 2),
      { name: race, n: N.race, batch: (n) => ready(n, 2) },
      polledPorts(N.ports, true),
    ],
  },
  {
    name: '4 ready',
    subjects: (go) => [
      mandel('select', 1, N.mandel, 'four'),
      ...goSubject(go, 1, N.go, 'ready', 4),
      { name: race, n: N.race, batch: (n) => ready(n, 4) },
    ],
  },
  {
    name: 'none of 2 ready, default',
    subjects: (go) => [
      mandel('select', 1, N.mandel, 'orElse'),
      ...goSubject(go, 1, N.go, 'default'),
      { name: race, n: N.race, batch: orDefault },
      polledPorts(N.ports, false),
    ],
  },
  {
    name: '2 senders, blocking',
    subjects: (go) => [
      mandel('select', 1, N.mandel, 'blocking'),
      ...goSubject(go, 1, N.go, 'blocking'),
      { name: race, n: N.race, batch: blocking },
    ],
  },
];

export const select = contests('select', 'what does a select cost?', 'a select', all);

await alone(import.meta.url, select);
