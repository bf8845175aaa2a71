// A trace that has every kind of record, by hand: what the tests read, break and mutate.

import { ev } from 'mandel/trace';
import { TraceFile } from './tracefile.js';

/** Two Ps, six goroutines, all that header 1.11 knows (and CPU samples, with header 1.19). */
export function everything(header = 'go 1.11 trace'): TraceFile {
  const f = new TraceFile(header);
  f.batch(0, 1000).frequency(1_000_000_000);
  const texts = ['main.main', '/src/main.go', 'main.worker', 'net.read', 'task', 'region', 'key', 'GC (dedicated)'];
  texts.forEach((text, i) => {
    f.string(i + 1, text);
  });
  f.stack(1, [0x400001, 1, 2, 10]).stack(2, [0x400011, 3, 2, 20]).stack(3, [0x400021, 4, 2, 30], [0x400031, 1, 2, 12]);
  // What is there when tracing starts: 1 runs, 2 waits, 3 is in a system call.
  f.record(ev.GoCreate, 10, 1, 1, 3).record(ev.GoCreate, 1, 2, 2, 3).record(ev.GoWaiting, 1, 2);
  f.record(ev.GoCreate, 1, 3, 2, 3).record(ev.GoInSyscall, 1, 3);
  f.record(ev.ProcStart, 5, 7).record(ev.GoStart, 5, 1, 1).record(ev.Gomaxprocs, 1, 2, 3); // 1025
  f.record(ev.HeapAlloc, 5, 4096).record(ev.HeapGoal, 5, 8192); // 1035
  f.record(ev.UserTaskCreate, 5, 1, 0, 5, 3).record(ev.UserRegion, 5, 1, 0, 6, 3); // 1045
  f.log(5, 1, 7, 3, 'a message').log(1, 0, 0, 0, ''); // 1051
  f.record(ev.GoCreate, 9, 4, 2, 3).record(ev.GoCreate, 10, 5, 2, 3).record(ev.GoCreate, 10, 6, 2, 3); // 1080
  f.record(ev.GoUnblockLocal, 10, 2, 3); // 1090
  f.record(ev.MarkAssistStart, 10, 3).record(ev.MarkAssistDone, 10); // 1110
  f.record(ev.GoSysCall, 10, 3).record(ev.GoSysBlock, 10).record(ev.ProcStop, 5); // 1135

  f.batch(1, 1100).record(ev.ProcStart, 1, 8).record(ev.GoStart, 10, 4, 1); // 1111
  f.record(ev.GoBlockNet, 10, 3).record(ev.GoStart, 5, 2, 3).record(ev.GoSleep, 10, 3); // 1136
  f.record(ev.GCStart, 5, 0, 3).record(ev.STWStart, 5, 1).record(ev.STWDone, 10); // 1156
  f.record(ev.SweepStart, 5, 3).record(ev.SweepDone, 5, 100, 10).record(ev.STWStart, 1, 0).record(ev.STWDone, 1); // 1168
  f.record(ev.GCDone, 2); // 1170
  f.record(ev.GoUnblock, 10, 4, 2, 0).record(ev.GoStart, 5, 4, 3).record(ev.GoBlockRecv, 10, 3); // 1195

  f.batch(0, 1200).record(ev.ProcStart, 1, 9).record(ev.GoSysExit, 5, 1, 2, 1190).record(ev.GoStart, 1, 1, 3); // 1207
  f.record(ev.GoUnblock, 10, 4, 4, 3).record(ev.UserRegion, 5, 1, 1, 6, 3).record(ev.UserTaskEnd, 5, 1, 3); // 1227
  f.record(ev.GoSched, 10, 3).record(ev.GoStartLabel, 5, 5, 1, 8).record(ev.GoPreempt, 10, 3); // 1252
  f.record(ev.GoStart, 5, 6, 1).record(ev.UserRegion, 1, 0, 0, 6, 3).record(ev.GoEnd, 10); // 1268
  f.record(ev.GoSysExit, 2, 3, 2, 0).record(ev.GoStartLocal, 5, 3).record(ev.GoStop, 5, 3); // 1280
  f.record(ev.GoStart, 10, 1, 4).record(ev.GoEnd, 20).record(ev.ProcStop, 5); // 1315

  f.batch(1, 1210).record(ev.TimerGoroutine, 5).record(ev.GoStart, 10, 4, 5).record(ev.GoBlockSync, 10, 3); // 1230
  f.record(ev.GoStart, 50, 5, 2).record(ev.GoUnblock, 5, 2, 4, 3).record(ev.GoBlockGC, 5, 3); // 1290
  f.record(ev.GoStart, 5, 2, 5).record(ev.GoBlockSelect, 5, 3).record(ev.ProcStop, 5); // 1305
  f.batch(2n ** 64n - 1n, 1310).record(ev.GoUnblock, 1, 2, 6, 0); // on no P
  if (header === 'go 1.19 trace') {
    f.record(ev.CPUSample, 1, 1100, 0, 1, 3).record(ev.CPUSample, 1, 1050, 2n ** 64n - 1n, 0, 3);
  }
  return f;
}

/** Goroutine 2 waits at 10, is woken at 20, finds nothing and waits again; `mark` as Go 1.8 did. */
export function wokenForNothing(mark: boolean): TraceFile {
  const f = new TraceFile('go 1.8 trace').batch(0, 1).frequency(1e9);
  f.record(ev.GoCreate, 1, 1, 0, 0)
    .record(ev.GoCreate, 0, 2, 0, 0)
    .record(ev.GoStart, 0, 2, 1)
    .record(ev.GoBlockSync, 10, 0);
  f.record(ev.GoStart, 5, 1, 1).record(ev.GoUnblock, 5, 2, 2, 0).record(ev.GoSched, 1, 0).record(ev.GoStart, 1, 2, 3);
  f.record(ev.GoPreempt, 1, 0).record(ev.GoStart, 1, 2, 4);
  if (mark) f.record(ev.FutileWakeup, 1);
  f.record(ev.GoBlockSync, 5, 0).record(ev.GoStart, 1, 1, 2).record(ev.GoUnblock, 8, 2, 5, 0).record(ev.GoEnd, 1);
  return f.record(ev.GoStart, 1, 2, 6).record(ev.GoEnd, 1);
}
