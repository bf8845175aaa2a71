import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argOf, checkTrace, ev, eventInfo, readTrace, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { readTraceFile } from '#src/trace/file.js';
import { goTraceFolder, goTraceNames } from '../programs/lib/gotraces.js';
import { everything, wokenForNothing } from '../programs/lib/tracecases.js';
import { type DumpedEvent, dump, go119 } from '../support/go119.js';
import { skipLoudly } from '../support/loudskip.js';
import { tempDir } from '../support/tempdir.js';

/** The events as Go's tool would dump them, without those that are samples here. */
function ours(trace: Trace): DumpedEvent[] {
  const { events, goroutines, offsets } = trace;
  return Array.from({ length: events.length }, (_, i) => ({
    ts: events.ts[i]!,
    name: eventInfo[events.type[i]!]!.name.replace(/^GC(?=STW|Sweep|MarkAssist)/, ''),
    p: events.p[i]!,
    g: goroutines.id[events.g[i]!]!,
    offset: offsets!.events[i]!,
  }));
}

/** Go breaks ties at random; by offset too, the order says all that there is to say. */
const line = (e: DumpedEvent) => `${e.ts} off=${e.offset} ${e.name} p=${e.p} g=${e.g}`;
const inOneOrder = (events: DumpedEvent[]) => events.sort((a, b) => a.ts - b.ts || a.offset - b.offset).map(line);

function expectAsGo(go: string, path: string): Trace {
  const { trace } = readTraceFile(path);
  checkTrace(trace);
  const theirs = dump(go, path);
  if (typeof theirs === 'string') throw new Error(`Go refuses ${path}: ${theirs}`);
  const events = theirs
    .filter((e) => e.name !== 'CPUSample')
    .map((e) => ({ ...e, name: e.name.replace(/^GC(?=STW|Sweep|MarkAssist)/, '') }));
  // As texts: a difference of millions of lines is not for printing.
  const [got, want] = [inOneOrder(ours(trace)), inOneOrder(events)];
  expect(got.find((text, i) => text !== want[i])).toBe(undefined);
  expect(got.length).toBe(want.length);
  return trace;
}

const program = `package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

var sink []byte

func main() {
	if len(os.Args) > 1 {
		pprof.StartCPUProfile(io.Discard)
	}
	trace.Start(os.Stdout)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			ctx, task := trace.NewTask(context.Background(), "job")
			defer task.End()
			trace.WithRegion(ctx, "work", func() {
				trace.Log(ctx, "key", fmt.Sprint("message ", i))
				for j := 0; j < 100; j++ {
					mu.Lock()
					sink = make([]byte, 100000)
					mu.Unlock()
					runtime.Gosched()
				}
				trace.WithRegion(ctx, "inner", func() { time.Sleep(time.Millisecond) })
			})
		}(i)
	}
	c := make(chan int)
	go func() {
		for i := 0; i < 1000; i++ {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
	wg.Wait()
	for t := time.Now(); time.Since(t) < 50*time.Millisecond; {
		sink = make([]byte, 100)
	}
	if len(os.Args) > 1 {
		pprof.StopCPUProfile()
	}
	trace.Stop()
}
`;

describe('traces of real Go', () => {
  test('the traces of its own tests read without error, and are true to themselves', (context) => {
    if (goTraceFolder() === undefined) skipLoudly(context, 'the sources of Go 1.19 are not here (golang-1.19-src)');
    for (const name of goTraceNames()) {
      const trace = readTrace(join(goTraceFolder()!, name));
      checkTrace(trace);
      expect(trace.cut, name).toBe(undefined);
    }
    expect(goTraceNames().length).toBeGreaterThanOrEqual(14);
  });

  test('they have the events that go tool trace -d prints', (context) => {
    const go = go119(context);
    if (goTraceFolder() === undefined) skipLoudly(context, 'the sources of Go 1.19 are not here (golang-1.19-src)');
    // Of the large old ones 1.7 has what is old: the world stopped for each P, sweeps without figures.
    const names = goTraceNames().filter((name) => !/^stress_1_(9|10)_/.test(name));
    for (const name of names) expectAsGo(go, join(goTraceFolder()!, name));
  });

  test('programs of today read as in go tool trace -d, with and without CPU samples', (context) => {
    const go = go119(context);
    const dir = tempDir();
    writeFileSync(join(dir, 'main.go'), program);
    const build = spawnSync(go, ['build', '-o', 'prog', 'main.go'], { cwd: dir, encoding: 'utf8' });
    expect(build.stderr).toBe('');
    for (const args of [[], ['cpu']]) {
      const { stdout, status } = spawnSync(join(dir, 'prog'), args, { maxBuffer: 1e9 });
      expect(status).toBe(0);
      writeFileSync(join(dir, 'trace'), stdout);
      const trace = expectAsGo(go, join(dir, 'trace'));
      expect(trace.version).toBe(19);
      const logs = Array.from(trace.events.type.keys()).filter((e) => trace.events.type[e] === ev.UserLog);
      expect(new Set(logs.map((e) => trace.strings[argOf(trace.events, e, 2)]))).toEqual(
        new Set(Array.from({ length: 20 }, (_, i) => `message ${i}`)),
      );
      if (args.length > 0) expect(trace.samples.length).toBeGreaterThan(0);
    }
  });

  test('what is made by hand for these tests reads in Go as it does here', (context) => {
    const go = go119(context);
    const path = join(tempDir(), 'trace');
    for (const header of ['go 1.11 trace', 'go 1.19 trace']) {
      writeFileSync(path, everything(header).bytes);
      expectAsGo(go, path);
    }
    for (const mark of [true, false]) {
      writeFileSync(path, wokenForNothing(mark).bytes);
      expectAsGo(go, path);
    }
  });
});
