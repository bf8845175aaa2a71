// The words for the activities of a goroutine: what each is called in texts, when it begins and when it ends. docs/trace.md has the same
// table, and a test holds them equal.

import type { Activity } from '../../trace/analysis/activity.js';

/** An activity in words; the subject is the goroutine. */
export interface ActivityWords {
  readonly activity: Exclude<Activity, 'none'>;
  /** In the summary of `mandel trace`. */
  readonly word: string;
  /** When it begins, and when it ends. */
  readonly from: string;
  readonly to: string;
}

export const activityWords: readonly ActivityWords[] = [
  {
    activity: 'execution',
    word: 'execution',
    from: 'it starts on a P, or a system call returns',
    to: 'it leaves the P, or calls',
  },
  {
    activity: 'calling',
    word: 'in system calls',
    from: 'it enters a system call (Go 1.22 and later)',
    to: 'the call returns, or loses its P',
  },
  {
    activity: 'runnable',
    word: 'scheduler wait',
    from: 'created, woken, preempted, or it yielded',
    to: 'it starts on a P',
  },
  { activity: 'send', word: 'chan send', from: 'it blocks on a send', to: 'it is woken' },
  { activity: 'receive', word: 'chan receive', from: 'it blocks on a receive', to: 'it is woken' },
  { activity: 'select', word: 'select', from: 'it blocks in a select', to: 'it is woken' },
  { activity: 'sync', word: 'sync', from: 'it blocks on a mutex or a WaitGroup', to: 'it is woken' },
  { activity: 'cond', word: 'sync.Cond', from: 'it blocks on a condition variable', to: 'it is woken' },
  { activity: 'network', word: 'network', from: 'it waits for the network', to: 'the network wakes it' },
  {
    activity: 'syscall',
    word: 'syscall',
    from: 'a system call takes so long that its P is retaken',
    to: 'the call returns',
  },
  { activity: 'sleep', word: 'sleep', from: 'it sleeps', to: 'the clock wakes it' },
  { activity: 'gc', word: 'GC assist wait', from: 'it must wait for the collector', to: 'the collector wakes it' },
  { activity: 'block', word: 'other wait', from: 'it blocks on anything else', to: 'it is woken' },
  {
    activity: 'before',
    word: 'since before',
    from: 'it waited when the trace began, for an unknown reason',
    to: 'it is woken',
  },
];
