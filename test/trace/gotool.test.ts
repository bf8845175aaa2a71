// Real Go judges traces: first the judge itself, on traces that are known to be good or bad, then ours.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type GoTool, goTools, judge, runGo } from '../support/gotool.js';
import { skipLoudly } from '../support/loudskip.js';
import { tempDir } from '../support/tempdir.js';

let tools: readonly GoTool[] = [];
const BUILDING_MS = 300_000;
beforeAll(async () => {
  tools = await goTools();
}, BUILDING_MS);

/** Both judges, or the reader of the run learns which is missing. */
function needGo(context: TestContext): void {
  go119(context);
  if (tools.length < 2) console.warn(`SKIPPED in part: ${context.task.name}: there is no newer Go than 1.19 on PATH`);
}

function go119(context: TestContext): GoTool {
  return tools.find((tool) => tool.minor === 19) ?? skipLoudly(context, 'there is no Go 1.19: install golang-1.19-go');
}

const HEADER = Buffer.from('go 1.11 trace\0\0\0');

/** A record of the format: its type and its arguments. */
function record(type: number, ...args: readonly number[]): Buffer {
  const bytes = args.flatMap(uint);
  const first = type | ((Math.min(args.length, 4) - 1) << 6);
  return Buffer.from([first, ...(args.length < 4 ? [] : [bytes.length]), ...bytes]);
}

function uint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uint(value >> 7)];
}

const string = (id: number, text: string) => Buffer.from([37, id, text.length, ...Buffer.from(text)]);

/** The smallest trace with something of everything that the pages show. Most tests break one of its records. */
const small = {
  batch: record(1, 0, 1000),
  frequency: record(2, 1_000_000),
  names: Buffer.concat([string(1, 'main.main'), string(2, 'main.go'), string(3, 'task'), string(4, 'region')]),
  stack: record(3, 1, 1, 0x401, 1, 2, 3),
  create: record(13, 1, 1, 1, 1),
  procStart: record(5, 1, 0),
  start: record(14, 1, 1, 1),
  procs: Buffer.concat([record(4, 1, 1, 1), record(4, 1, 1, 1)]),
  taskCreate: record(45, 1, 1, 0, 3, 1),
  regionStart: record(47, 5, 1, 0, 4, 1),
  regionEnd: record(47, 5, 1, 1, 4, 1),
  taskEnd: record(46, 5, 1, 1),
  block: record(24, 5, 1),
  unblock: record(21, 9, 1, 2, 0),
  again: record(14, 1, 1, 3),
  end: record(15, 7),
  procStop: record(6, 1),
} as const;

/** Writes the small trace with these of its records changed. */
function smallTrace(changed: Partial<Record<keyof typeof small, Buffer>>): string {
  const file = join(tempDir(), 'trace.out');
  writeFileSync(file, Buffer.concat([HEADER, ...Object.values({ ...small, ...changed })]));
  return file;
}

const nothing = Buffer.alloc(0);
const none = /^$/;

describe('the judge', () => {
  test('has nothing to complain about in a good trace', async (context) => {
    needGo(context);
    expect((await judge(smallTrace({}))).complaints).toEqual([]);
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
    needGo(context);
    const { complaints } = await judge(smallTrace(changed));
    for (const { version, minor } of tools) {
      const own = complaints.filter((line) => line.startsWith(`${version}: `));
      const text = own.map((line) => line.slice(`${version}: `.length)).join('\n');
      expect(text, version).toMatch(minor < 22 ? old : newer);
    }
  });
});

/** Go's own test traces that the judge can be asked about: the newest tool's mmu page fails on those without STW. */
const goTraces = ['http_1_19_good', 'stress_start_stop_1_11_good', 'stress_start_stop_1_19_good'];
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

describe('what real Go wrote', () => {
  test.for(goTraces)('%s passes the judge', async (name, context) => {
    needGo(context);
    const file = join(GO_TRACES, name);
    if (!existsSync(file)) skipLoudly(context, `${GO_TRACES} is not here: install golang-1.19-src`);
    expect((await judge(file)).complaints).toEqual([]);
  });

  test('a trace that a program of Go 1.19 makes here passes the judge', async (context) => {
    const go = go119(context);
    const dir = await runGo(go, everything);
    expect((await judge(join(dir, 'trace.out'))).complaints).toEqual([]);
  });
});
