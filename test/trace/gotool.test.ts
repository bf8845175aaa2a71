// The judge itself, on traces that are known to be good or bad; and our reader beside real Go, on what real Go wrote.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { byLibrary, goProfile, profileKinds, sameProfiles } from '../support/goprofile.js';
import { type GoTool, go119, goTools, judge, needJudges, runGo } from '../support/gotool.js';
import { skipLoudly } from '../support/loudskip.js';
import { record, small, smallTrace } from '../support/smalltrace.js';
import { tempDir } from '../support/tempdir.js';

let tools: readonly GoTool[] = [];
/** Milliseconds: the newest Go's tools may have to be built. */
const BUILDING_MS = 300_000;
beforeAll(async () => {
  tools = await goTools();
}, BUILDING_MS);

/** The small trace, as a file. */
function fileOf(bytes: Buffer): string {
  const file = join(tempDir(), 'trace.out');
  writeFileSync(file, bytes);
  return file;
}

const nothing = Buffer.alloc(0);
const none = /^$/;

describe('the judge', () => {
  test('has nothing to complain about in a good trace', async (context) => {
    await needJudges(context);
    expect((await judge(fileOf(smallTrace()))).complaints).toEqual([]);
  });

  test.for([
    {
      what: 'is cut inside of a record',
      changed: { again: small.again.subarray(0, 2), end: nothing, procStop: nothing },
      old: /^-d: failed to parse trace: .*\nended before it listened: failed to parse trace: [^\n]*$/,
      newer: /^-d=parsed: .*\n/,
    },
    {
      what: 'wakes a goroutine twice',
      changed: { again: record(21, 1, 1, 3, 0) },
      old: /^-d: .*no consistent ordering of events possible\nended before it listened: [^\n]*$/,
      newer: /^-d=parsed: no consistent ordering of events possible\n/,
    },
    {
      what: 'ends with a goroutine that runs',
      changed: { end: nothing, procStop: nothing },
      old: /^ended before it listened: panic: .*nil pointer dereference[^\n]*$/,
      newer: none,
    },
    {
      what: 'does not say how many Ps there are',
      changed: { procs: nothing },
      old: /^\/mmuPlot\?flags=\S+: [^\n]*panic serving/,
      newer: /^\/mmu\?mode=plot&flags=\S+: [^\n]*panic serving/,
    },
    {
      what: 'has a region without a stack',
      changed: { regionStart: record(47, 5, 1, 0, 4, 0) },
      old: /^\/usertasks: [^\n]*panic serving[^\n]*\n\/userregions: [^\n]*panic serving/,
      newer: none,
    },
    {
      what: 'has goroutines whose entry is not known',
      changed: { create: record(13, 1, 1, 0, 1) },
      old: /^ended before it listened: .*missing stack information/,
      newer: none,
    },
  ])('complains about a trace that $what', async ({ changed, old, newer }, context) => {
    await needJudges(context);
    const { complaints } = await judge(fileOf(smallTrace(changed)));
    for (const { version, minor } of tools) {
      const own = complaints.filter((line) => line.startsWith(`${version}: `));
      const text = own.map((line) => line.slice(`${version}: `.length)).join('\n');
      expect(text, version).toMatch(minor < 22 ? old : newer);
    }
  });
});

/** Go's own test traces that need no binary: of 1.7 on. */
const goTraces = ['7', '9', '10', '11', '19'].flatMap((minor) => [
  `http_1_${minor}_good`,
  `stress_1_${minor}_good`,
  `stress_start_stop_1_${minor}_good`,
  ...(Number(minor) < 11 ? [] : [`user_task_region_1_${minor}_good`]),
]);
/** Those that the judge can be asked about: newer tools refuse older ones, and fail on the mmu page of those without GC. */
const forJudge = ['http_1_19_good', 'stress_start_stop_1_11_good', 'stress_start_stop_1_19_good'];
const GO_TRACES = '/usr/share/go-1.19/src/internal/trace/testdata';

/** Does something of all that a trace can show, but for what takes long. */
const everything = `package main

import (
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

func worker(c <-chan int, mu *sync.Mutex, sum *int, wg *sync.WaitGroup) {
	for v := range c {
		mu.Lock()
		*sum += v
		mu.Unlock()
	}
	wg.Done()
}

func echo(l net.Listener) {
	conn, _ := l.Accept()
	io.Copy(conn, conn)
	conn.Close()
}

func main() {
	f, _ := os.Create("trace.out")
	trace.Start(f)
	ctx, task := trace.NewTask(context.Background(), "task")
	c, mu, sum, wg := make(chan int), new(sync.Mutex), 0, new(sync.WaitGroup)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go worker(c, mu, &sum, wg)
	}
	trace.WithRegion(ctx, "feed", func() {
		for i := 0; i < 500; i++ {
			select {
			case c <- i:
			case <-time.After(time.Minute):
			}
		}
	})
	close(c)
	wg.Wait()
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go echo(l)
	conn, _ := net.Dial("tcp", l.Addr().String())
	for i := 0; i < 20; i++ {
		conn.Write([]byte("x"))
		conn.Read(make([]byte, 1))
	}
	conn.Close()
	trace.Log(ctx, "key", "message")
	runtime.GC()
	time.Sleep(time.Millisecond)
	task.End()
	trace.Stop()
	f.Close()
}
`;

function goTrace(name: string, context: TestContext): string {
  const file = join(GO_TRACES, name);
  return existsSync(file) ? file : skipLoudly(context, `${GO_TRACES} is not here: install golang-1.19-src`);
}

describe('what real Go wrote', () => {
  test.for(forJudge)('%s passes the judge', async (name, context) => {
    await needJudges(context);
    expect((await judge(goTrace(name, context))).complaints).toEqual([]);
  });

  test('a trace that a program of Go 1.19 makes here passes the judge, and has its profiles', async (context) => {
    const go = await go119(context);
    const file = join(await runGo(go, everything), 'trace.out');
    expect((await judge(file)).complaints).toEqual([]);
    await sameProfiles(go, file);
    for (const kind of profileKinds.filter((k) => k !== 'syscall')) {
      expect((await goProfile(go, file, kind)).count, kind).toBeGreaterThan(0);
    }
  });

  test.for(goTraces)('%s has the profiles that Go 1.19 finds in it', async (name, context) => {
    const go = await go119(context);
    await sameProfiles(go, goTrace(name, context), byLibrary());
  });
});
