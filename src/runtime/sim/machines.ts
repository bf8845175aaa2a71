// The machines that the simulator knows. The first is the default.

import type { Machine } from './machine.js';

/** The machine that the project's own figures come from. */
const twoCores: Machine = {
  name: 'two-cores',
  origin: 'mandel calibrate on the machine of the README: two cores of a virtual machine, Node 20.20',
  costs: {
    boot: 129.8e6,
    bootMore: 21e6,
    bootP: 19.6e6,
    exit: 434_700,
    bootUser: 122.3e6,
    bootSys: 8e6,
    iteration: 2.89,
    pixel: 11.4,
    encoded: 20.74,
    create: 99.99,
    switch: 91.82,
    operation: 34.02,
    effect: 14.76,
    send: 30.37,
    receive: 0,
    park: 60.96,
    transfer: 263,
    steal: 788,
    remote: 200,
    handoff: 509,
    notify: 50_900,
    wake: 6_092,
    sleep: 835,
    event: 72,
    syscall: 449,
    crowding: 1,
    cores: 2,
  },
};

/**
 * The machine of the workshop's chapter: Go 1.9, four cores, every run traced (seq 1.65 s, px 1.76, row 0.76, workers 4.2,
 * workers with 4 5.5, buffered with 4 0.9). What is fitted: iteration, crowding and encoded to seq and row; create, switch and
 * event to px; event and park to workers; remote and handoff, which stand for threads of macOS that wake each other, to
 * workers with 4. The others are guesses of the right order.
 */
const workshop: Machine = {
  name: 'workshop',
  origin:
    "fitted to the times of the High Performance Go Workshop's chapter on the execution tracer (2017; traced runs)",
  costs: {
    boot: 5e6,
    bootMore: 0,
    bootP: 100_000,
    exit: 1e6,
    bootUser: 5e6,
    bootSys: 1e6,
    iteration: 3.05,
    pixel: 30,
    encoded: 330,
    create: 560,
    switch: 250,
    operation: 60,
    effect: 30,
    send: 50,
    receive: 40,
    park: 400,
    transfer: 60,
    steal: 200,
    remote: 3_400,
    handoff: 20_000,
    notify: 3_000,
    wake: 10_000,
    sleep: 2_000,
    event: 800,
    syscall: 3_000,
    crowding: 1.25,
    cores: 4,
  },
};

/** The machine of justforfunc 22's table (scene justforfunc, eight Ps): seq 4.67 s, px 3.00, row 0.69, workers with 8 2.97. */
const justforfunc: Machine = {
  name: 'justforfunc',
  origin: "fitted to the times of justforfunc 22's README (2017; scene justforfunc, untraced runs)",
  costs: {
    ...workshop.costs,
    iteration: 3.95,
    pixel: 20,
    encoded: 30,
    create: 660,
    switch: 150,
    operation: 40,
    send: 30,
    receive: 30,
    park: 150,
    remote: 350,
    handoff: 1_000,
    event: 400,
    crowding: 1,
    cores: 8,
  },
};

/** A machine on which handing out work costs nothing: only painting and the PNG take time. */
const ideal: Machine = {
  name: 'ideal',
  origin: 'no machine: two-cores, where painting and the PNG take time and nothing else does',
  costs: {
    ...(Object.fromEntries(Object.keys(twoCores.costs).map((cost) => [cost, 0])) as Machine['costs']),
    iteration: twoCores.costs.iteration,
    pixel: twoCores.costs.pixel,
    encoded: twoCores.costs.encoded,
    crowding: 1,
    cores: twoCores.costs.cores,
  },
};

export const machines: readonly Machine[] = [twoCores, workshop, justforfunc, ideal];
