// Benchmark of goroutines: the cost of starting one, running it, and waiting for it.
//
//   node dist/bench/goroutines.js [-n ROUNDS] [-only REGEX] [-json]
//
// Each handles one value and tells a WaitGroup, beside what a Node user would write instead, and beside Go.

import { type Contest, contests } from './contest.js';
import { mandel } from './mandel.js';
import { goSubject } from './peers/go.js';
import { multithreaded } from './peers/multithreading.js';
import { piscina } from './peers/pool.js';
import { asyncFunctions, immediates } from './peers/promises.js';
import { alone } from './section.js';

const MILLION = 1_000_000;
/** Goroutines that park are suspended generators, all at a time: fewer of them. */
const N = { yielding: 200_000, crowds: 200_000, waiting: 2 * MILLION, promises: 200_000, piscina: 5_000, rust: 2_000 };
const CROWD = 100;

const all: Contest[] = [];

for (const procs of [1, 2]) {
  const where = `${procs} ${procs === 1 ? 'P' : 'Ps'}`;
  const tasks = () => piscina(N.piscina, procs);
  for (const body of ['plain', 'generator'] as const) {
    all.push({
      name: `a million, ${body} body, ${where}`,
      subjects: (go) => [
        mandel('goroutines', procs, MILLION, body, MILLION, procs),
        ...goSubject(go, procs, MILLION, 'create'),
        asyncFunctions(MILLION),
        immediates(MILLION),
        tasks(),
        ...(body === 'plain' ? [multithreaded('spawn', N.rust, procs)] : []),
      ],
      ...(procs === 1 ? { asked: { ns: { most: 150 }, toGo: { most: 1.5 } } } : {}),
    });
  }
  all.push({
    name: `parks once, ${where}`,
    subjects: (go) => [
      mandel('goroutines', procs, N.yielding, 'yielding', N.yielding, procs),
      ...goSubject(go, procs, N.yielding, 'yield'),
      asyncFunctions(N.yielding, N.yielding, true),
    ],
  });
  all.push({
    name: `crowds of ${CROWD}, ${where}`,
    subjects: (go) => [
      mandel('goroutines', procs, N.crowds, 'plain', CROWD, procs),
      ...goSubject(go, procs, N.crowds, 'fanout', CROWD),
      asyncFunctions(N.crowds, CROWD),
      piscina(N.piscina, procs, CROWD),
    ],
  });
}
all.push({
  name: 'WaitGroup add, done, wait; no goroutine parks',
  subjects: (go) => [
    mandel('waitgroup', 1, N.waiting),
    ...goSubject(go, 1, N.waiting, 'waitgroup'),
    asyncFunctions(N.promises, 1),
  ],
});

export const goroutines = contests(
  'goroutines',
  'what does it cost to start a goroutine, have it run, and wait for it?',
  'a goroutine',
  all,
);

await alone(import.meta.url, goroutines);
