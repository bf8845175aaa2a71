// Machines that the simulator knows.

import type { Machine } from './machine.js';

const here: Machine = {
  name: 'laptop',
  origin: 'two cores, Node 20.20',
  costs: {
    boot: 145e6,
    bootP: 5e6,
    exit: 8e6,
    bootUser: 150e6,
    bootSys: 40e6,
    iteration: 2.7,
    pixel: 30,
    encoded: 30,
    create: 70,
    switch: 80,
    operation: 20,
    effect: 15,
    send: 20,
    receive: 30,
    park: 40,
    transfer: 80,
    steal: 100,
    remote: 60,
    handoff: 250,
    notify: 4000,
    wake: 45000,
    sleep: 3000,
    event: 70,
    syscall: 5000,
    crowding: 1.05,
    cores: 2,
  },
};

export const machines: readonly Machine[] = [here];
