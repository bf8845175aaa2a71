// Reasons: why goroutines wait, what makes them runnable again, and what else they do, as numbers for traces and as words for
// reports. All numbers differ: each is a kind of event that has a stack (tracing/kinds.ts).

/** Why a goroutine waits (runtime/runtime2.go, waitReason). */
export const wait = {
  chanReceive: 1,
  chanSend: 2,
  select: 3,
  chanReceiveNil: 4,
  chanSendNil: 5,
  selectNoCases: 6,
  sleep: 7,
  mutexLock: 8,
  rwMutexRLock: 9,
  rwMutexLock: 10,
  waitGroupWait: 11,
  condWait: 12,
  ioWait: 13,
} as const;
export type WaitReason = (typeof wait)[keyof typeof wait];

/** The same in Go's words, by number. */
export const waitReasonStrings = [
  '',
  'chan receive',
  'chan send',
  'select',
  'chan receive (nil chan)',
  'chan send (nil chan)',
  'select (no cases)',
  'sleep',
  'sync.Mutex.Lock',
  'sync.RWMutex.RLock',
  'sync.RWMutex.Lock',
  'sync.WaitGroup.Wait',
  'sync.Cond.Wait',
  'IO wait',
] as const;

/** What made a goroutine runnable. */
export const by = {
  timer: 15,
  send: 16,
  recv: 17,
  close: 18,
  select: 19,
  mutexUnlock: 20,
  rwMutexRUnlock: 21,
  rwMutexUnlock: 22,
  waitGroupDone: 23,
  condSignal: 24,
  condBroadcast: 25,
  netpoll: 26,
} as const;
export type WakeReason = (typeof by)[keyof typeof by];

/** What else a goroutine does that a trace shows. */
export const act = {
  go: 32,
  gosched: 33,
  preempt: 34,
  syscall: 35,
  panic: 36,
  exit: 37,
  taskCreate: 38,
  taskEnd: 39,
  region: 40,
  log: 41,
  traceStart: 42,
  traceStop: 43,
  make: 44,
} as const;
