// What work costs on a machine: the simulator's only source of durations. Each cost is charged where the runtime counts
// what it stands for (meter.ts, order.ts, idle.ts), so a price of nothing changes times and nothing else.

/** Each cost, by name: what it is the price of. All but `crowding` and `cores` are in nanoseconds. */
export const costs = {
  boot: 'from the start of the process until the main goroutine starts',
  bootMore: 'how much later that is where there are several Ps',
  bootP: 'from then until the threads of the other Ps are up',
  exit: 'from the end of the main goroutine until the process has ended',
  bootUser: 'processor time of boot and exit, outside of the system',
  bootSys: 'processor time of boot and exit, inside of the system',
  iteration: "a turn of the kernel's loop",
  pixel: 'a pixel, besides its turns',
  encoded: 'a pixel of the PNG: filtering, compressing, writing',
  create: 'a go statement',
  switch: 'giving a P to a goroutine, and what its end takes',
  operation: 'a yield* besides what else it does',
  effect: 'done, unlock, close, signal: what changes an object and never waits; a look at the clock',
  send: 'a send that goes through, besides the yield*',
  receive: 'a receive that goes through, besides the yield*',
  park: 'making a goroutine wait',
  transfer: 'an operation on an object that another P has operated on last',
  steal: 'a goroutine that begins on another P than it was created on',
  remote: 'making a goroutine of another P runnable, for who does it',
  handoff: 'the same, until a P that looks for work sees it',
  notify: 'waking a P that sleeps, for who does it',
  wake: 'the same, until it runs',
  sleep: 'falling asleep',
  event: 'an event of a trace',
  syscall: 'a call into the system, such as a write',
  crowding: 'how many times as long computing takes while every core is busy',
  cores: 'cores of the machine: what crowding is about',
} as const;
export type Cost = keyof typeof costs;

/** A machine: what things cost there. */
export interface Machine {
  readonly name: string;
  /** Where the numbers come from. */
  readonly origin: string;
  readonly costs: Readonly<Record<Cost, number>>;
}
