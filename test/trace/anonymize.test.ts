// Anonymous copies of traces: nothing of the program's texts is left in them, and all else is as it was.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { argOf, ev, parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { objectTable } from '#src/trace/analysis/objects.js';
import { anonymize } from '#src/trace/export/anonymize.js';
import { readObject } from '#src/trace/objects.js';
import { wire } from '#src/trace/v2/event.js';
import { badTraces } from '../programs/lib/badtracesv2.js';
import { damagedBytes } from '../programs/lib/damage.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { TraceFile } from '../programs/lib/tracefile.js';
import { goProgramTrace, goProgramTraces, parsed } from '../programs/lib/tracesv2.js';
import { traceOfText } from '../programs/lib/tracetext.js';
import { dump, go119 } from '../support/go119.js';
import { judge, newestGo } from '../support/gotool.js';
import { hostedCli } from '../support/hosted.js';
import { skipLoudly } from '../support/loudskip.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([...anonymize(bytes).pieces()]);
}

/** Where the standard library is in the traces of real Go that are here, and in ours. */
const library =
  /^\/usr\/l(ocal|ib)\/.*\/src\/|golang\.org\/toolchain@.*\/src\/|^\/home\/austin\/go\.dev\/src\/|\/src\/go\/\w+\.[jt]s$|^$/;

/** Texts of the program: functions and files of its frames, and what it has written itself. */
function programTexts({ events, frames, strings }: Trace): Set<string> {
  const texts = new Set<string>();
  for (let f = 0; f < frames.length; f++) {
    const file = strings[frames.file[f]!]!;
    const object = readObject(file, 0);
    if (object !== undefined) texts.add(object.made.replace(/:\d+$/, ''));
    if (object !== undefined || library.test(file)) continue;
    texts
      .add(strings[frames.func[f]!]!)
      .add(file)
      .add(file.replace(/^.*(?=\/)/, ''));
  }
  const args: { readonly [type: number]: readonly number[] } = {
    [ev.UserTaskCreate]: [2],
    [ev.UserRegion]: [2],
    [ev.UserLog]: [1, 2],
  };
  for (let e = 0; e < events.length; e++) {
    for (const k of args[events.type[e]!] ?? []) texts.add(strings[argOf(events, e, k)] ?? '');
  }
  texts.delete('');
  return texts;
}

/** A map that gives equal texts equal numbers. */
function numbering(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text)!;
  };
}

/** A text in quotes, in what -d=parsed prints. */
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';

/** What -d=parsed prints, with numbers for names and pcs: equal for traces that differ in nothing else. */
function shape(text: string): string {
  const [name, pc, user] = [numbering(), numbering(), numbering()];
  return text
    .replaceAll(/^\t(\S.*) @ (0x\w+)$/gm, (_, f, at) => `\t${name(f)} @ ${pc(at)}`)
    .replaceAll(/^\t\t(.*):(\d+)$/gm, (_, f, line) => `\t\t${name(f)}:${line}`)
    .replaceAll(new RegExp(` (Type|Category|Message)=(${QUOTED})`, 'g'), (_, key, quoted) => ` ${key}=${user(quoted)}`);
}

/** Requires equal columns, and equal texts of equal roles: each text of one trace is one text of the other. */
function expectSameModel(a: Trace, b: Trace): void {
  for (const name of ['type', 'ts', 'p', 'm', 'g', 'stack', 'arg', 'link'] as const) {
    expect(Buffer.from(b.events[name].slice().buffer).equals(Buffer.from(a.events[name].slice().buffer)), name).toBe(
      true,
    );
  }
  expect(b.events.numbers).toEqual(a.events.numbers);
  expect(b.goroutines).toEqual(a.goroutines);
  expect(b.stacks).toEqual(a.stacks);
  expect(b.samples).toEqual(a.samples);
  expect(b.frames.line).toEqual(a.frames.line);
  const names = ({ strings }: Trace) => strings.map(numbering());
  expect(names(b)).toEqual(names(a));
  const pcs = ({ frames }: Trace) => Array.from(frames.pc, String).map(numbering());
  expect(pcs(b)).toEqual(pcs(a));
  expect([b.version, b.durationNs, b.procs, b.threads, b.cut]).toEqual([
    a.version,
    a.durationNs,
    a.procs,
    a.threads,
    a.cut,
  ]);
}

/** Requires that none of the program's texts is left. Those of less than four characters may occur anywhere in the bytes. */
function expectAnonymous(bytes: Uint8Array, copy: Buffer): void {
  const { strings } = parse(copy);
  const rest = copy.toString('latin1').replaceAll(/(task|region|key|message|text)\d+/g, '');
  const left = [...programTexts(parse(bytes))].filter((text) =>
    text.length < 4 ? strings.includes(text) : rest.includes(Buffer.from(text).toString('latin1')),
  );
  expect(left).toEqual([]);
}

/** Every trace of format v1 that is here: ours, and those of Go's tests. */
const v1Traces: readonly { readonly name: string; readonly bytes: () => Uint8Array }[] = [
  { name: 'every kind of record', bytes: () => everything().bytes },
  { name: 'every kind of record, with samples', bytes: () => everything('go 1.19 trace').bytes },
  { name: 'a story', bytes: () => story().bytes },
  { name: 'a px trace', bytes: () => pxTrace(300, 4) },
  ...goTraceNames()
    .filter((name) => !/^stress_1_/.test(name)) // they are large, and not different
    .map((name) => ({ name, bytes: () => goTrace(name) })),
];

describe('an anonymous copy', () => {
  test.each(goProgramTraces())('of %s has the same events, and no text of the program', (name) => {
    const bytes = goProgramTrace(name);
    const copy = copyOf(bytes);
    const [before, after] = [parsed(bytes), parsed(copy)];
    expect(shape(after.text) === shape(before.text)).toBe(true);
    expect(after.reader.fault).toBe(undefined);
    expect([...after.reader.counts]).toEqual([...before.reader.counts]);
    expectAnonymous(bytes, copy);
    expect(programTexts(parse(bytes)).size).toBeGreaterThan(1);
    expect(copy.includes('/usr/local/go')).toBe(false);
    expect(copy.toString('latin1')).not.toMatch(/(?<![.\w])main\.\w/);
  });

  test.each(v1Traces)('of format v1 has the same events, and no text of the program: $name', ({ bytes: make }) => {
    const bytes = make();
    const copy = copyOf(bytes);
    expectSameModel(parse(bytes), parse(copy));
    expectAnonymous(bytes, copy);
  });

  test('of a run of ours keeps the names of package sync and of the runtime', async () => {
    const cwd = tempDir();
    const args = ['-mode', 'workers', '-workers', '2', '-engine', 'sim', '-w', '4', '-h', '4', '-o', '/dev/null'];
    expect((await hostedCli([...args, '-trace', 'run.out'], { cwd })).status).toBe(0);
    const bytes = readFileSync(join(cwd, 'run.out'));
    const copy = copyOf(bytes);
    expectSameModel(parse(bytes), parse(copy));
    expectAnonymous(bytes, copy);
    const waits = (trace: Trace) => objectTable(trace).objects.map(({ object, by, ...sums }) => [object.number, sums]);
    expect(waits(parse(copy))).toEqual(waits(parse(bytes)));
    expect(waits(parse(copy)).length).toBe(2);
    for (const kept of [
      'runtime.chansend1',
      'sync.(*WaitGroup).Wait',
      'go/waitgroup.ts',
      'chan struct{t1}, made at /p',
    ])
      expect(copy.includes(kept)).toBe(true);
    for (const gone of ['workers', 'paint', process.cwd()]) expect(copy.includes(gone)).toBe(false);
  });

  test('has functions and files of the standard library, and no folder of Go', () => {
    for (const name of ['web-1.22-p8.trace', 'heap-1.23-p2.trace', 'bubbles-1.26-p2.trace']) {
      const [before, after] = [goProgramTrace(name), copyOf(goProgramTrace(name))].map((bytes) => parse(bytes)) as [
        Trace,
        Trace,
      ];
      for (let f = 0; f < before.frames.length; f++) {
        const [file, func] = [before.strings[before.frames.file[f]!]!, before.strings[before.frames.func[f]!]!];
        const [newFile, newFunc] = [after.strings[after.frames.file[f]!]!, after.strings[after.frames.func[f]!]!];
        if (file === '') continue;
        if (library.test(file)) expect([newFunc, newFile]).toEqual([func, file.replace(/^.*?\/src\//, '')]);
        else expect(`${newFunc} ${newFile}`).toMatch(/^p\d+\.f\d+(\.(func|gowrap)?\d+)* \/p\d+\/f\d+\.go$/);
      }
    }
  });

  test('does without pcs, and counts them instead', () => {
    const { frames } = parse(copyOf(goProgramTrace('channels-1.26-p4.trace')));
    expect(Math.max(...frames.pc)).toBeLessThan(2 * frames.length);
  });

  test('of a file that was packed by gzip is not packed', async () => {
    const cwd = tempDir();
    const bytes = goProgramTrace('timers-1.26-p4.trace');
    writeFileSync(join(cwd, 'trace.gz'), gzipSync(bytes));
    const ended = await hostedCli(['trace', '-anonymize', '-o', 'anon.trace', 'trace.gz'], { cwd });
    expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'anon.trace')).equals(copyOf(bytes))).toBe(true);
    const { bytes: piped } = await hostedCli(['trace', '-anonymize', 'anon.trace'], { cwd });
    expect(parsed(piped).reader.fault).toBe(undefined);
  });
});

/** The functions and files of a copy of a trace with these frames, each as `function file`. */
function aliasesOf(frames: readonly string[]): string[] {
  const f = new TraceFile().batch(0, 1).frequency(1e9);
  frames.forEach((frame, k) => {
    const [, func = '', file = ''] = /^(\S*) ?(.*)$/.exec(frame)!;
    if (func !== '') f.string(2 * k + 1, func);
    if (file !== '') f.string(2 * k + 2, file);
    f.stack(k + 1, [k + 1, func === '' ? 0 : 2 * k + 1, file === '' ? 0 : 2 * k + 2, 7]);
  });
  const trace = parse(copyOf(f.record(ev.HeapAlloc, 1, 1).bytes));
  return Array.from({ length: trace.frames.length }, (_, k) =>
    `${trace.strings[trace.frames.func[k]!]} ${trace.strings[trace.frames.file[k]!]}`.trim(),
  );
}

describe('a name', () => {
  const runtime = 'runtime.main /opt/go/src/runtime/proc.go';

  test.each([
    {
      what: 'a function and its closures',
      frames: ['main.work /a/x.go', 'main.work.func1.2 /a/y.go', 'main.init.0 /a/z.go'],
      are: ['p1.f1 /p1/f1.go', 'p1.f1.func1.2 /p1/f2.go', 'p1.f2.0 /p1/f3.go'],
    },
    {
      what: 'methods',
      frames: ['m.(*T).Do /a/x.go', 'm.T.Do /a/y.go', 'm.(*T).Do-fm /a/z.go', 'm.f-range1 /a/s.s'],
      are: ['p1.f1 /p1/f1.go', 'p1.f2 /p1/f2.go', 'p1.f1-fm /p1/f3.go', 'p1.f3-range1 /p1/f4.s'],
    },
    {
      what: 'a module',
      frames: ['example.com/my/mod/v2.Do /a/x.go', 'gopkg.in/yaml%2ev3.Do /b/x.go'],
      are: ['p1.f1 /p1/f1.go', 'p2.f1 /p2/f1.go'],
    },
    {
      what: 'type arguments',
      frames: ['m.Do[go.shape.struct{e.com/x.T}] /a/x.go', 'm.Do[...] /a/y.go'],
      are: ['p1.f1 /p1/f1.go', 'p1.f2 /p1/f2.go'],
    },
    {
      what: 'type arguments of the library',
      frames: [
        runtime,
        'sort.Do[go.shape.struct{m.T}].func1 /opt/go/src/sort/a.go',
        'sort.Do[...] /opt/go/src/sort/b.go',
      ],
      are: ['runtime.main runtime/proc.go', 'sort.Do[t1].func1 sort/a.go', 'sort.Do[...] sort/b.go'],
    },
    { what: 'a function of C', frames: ['crosscall2 /a/b.c'], are: ['p1.f1 /p1/f1.c'] },
    {
      what: 'a file of mandel',
      frames: ['sync.(*Mutex).Lock /m/src/go/mutex.ts', 'work.main /m/src/work.mjs'],
      are: ['sync.(*Mutex).Lock go/mutex.ts', 'p1.f1 /p1/f1.mjs'],
    },
    {
      what: 'a build with -trimpath',
      frames: ['time.Sleep runtime/time.go', runtime.replace('/opt/go/src/', ''), 'main.f e.com/m/x.go'],
      are: ['time.Sleep runtime/time.go', 'runtime.main runtime/proc.go', 'p1.f1 /p1/f1.go'],
    },
    {
      what: 'what the compiler makes',
      frames: [runtime, 'net.(*T).Do <autogenerated>', 'main.(*T).Do <autogenerated>'],
      are: ['runtime.main runtime/proc.go', 'net.(*T).Do <autogenerated>', 'p1.f1 <autogenerated>'],
    },
    {
      what: 'a package of the program that is named like one of the library',
      frames: [runtime, 'text/secret.Do /home/me/src/text/secret/x.go', 'log.Secret /opt/go/srcs/log/x.go'],
      are: ['runtime.main runtime/proc.go', 'p1.f1 /p1/f1.go', 'p2.f1 /p2/f1.go'],
    },
    {
      what: 'a package of the library, where nothing shows the folder of Go',
      frames: ['net/http.Do /opt/go/src/net/http/x.go'],
      are: ['p1.f1 /p1/f1.go'],
    },
    {
      what: 'an object in our traces',
      frames: [
        'runtime.chanrecv1 chan struct{secret int}, buffer 4, made at /home/me/a.mjs:12, object',
        'main.f /home/me/a.mjs',
        'runtime.chansend1 chan struct{secret int}, made at /home/me/b.mjs:3, object',
        'sync.(*Mutex).Lock sync.Mutex, object',
        'time.Sleep timer of the goroutine',
      ],
      are: [
        'runtime.chanrecv1 chan struct{t1}, buffer 4, made at /p1/f1.mjs:12, object',
        'p1.f1 /p1/f1.mjs',
        'runtime.chansend1 chan struct{t1}, made at /p2/f1.mjs:3, object',
        'sync.(*Mutex).Lock sync.Mutex, object',
        'time.Sleep timer of the goroutine',
      ],
    },
    { what: 'none', frames: ['', 'main.f'], are: ['', 'p1.f1'] },
  ])('of $what', ({ frames, are }) => {
    expect(aliasesOf(frames)).toEqual(are);
  });

  test('of a task, a region, a log is what it is used for', () => {
    const f = new TraceFile().batch(0, 1).frequency(1e9);
    ['main.f', 'order', 'cook', 'dish', 'unused', 'GC (idle)'].forEach((text, k) => void f.string(k + 1, text));
    f.stack(1, [1, 1, 0, 1])
      .record(ev.GoCreate, 1, 1, 1, 1)
      .record(ev.ProcStart, 1, 0)
      .record(ev.GoStartLabel, 1, 1, 1, 6);
    f.record(ev.UserTaskCreate, 1, 1, 0, 2, 1)
      .record(ev.UserRegion, 1, 1, 0, 3, 1)
      .record(ev.UserRegion, 1, 1, 0, 1, 1);
    const { bytes } = f.log(1, 1, 4, 1, 'pizza').log(1, 1, 4, 1, 'cook').log(1, 1, 4, 1, '').record(ev.GoEnd, 1);
    const { strings } = parse(copyOf(bytes));
    expect(strings).toEqual(['', 'p1.f1', 'task1', 'region1', 'key1', 'text1', 'GC (idle)', 'message1']);
  });
});

/** A trace of format v2 with these strings, each of which is the name of a region, and an experiment's data. */
function regions(names: readonly string[], more = ''): Uint8Array {
  const none = '18446744073709551615';
  const strings = names.map((name, k) => `String id=${k + 1}\ndata="${name}"`).join('\n');
  const begins = names.map((_, k) => `UserRegionBegin dt=1 task=0 name_string=${k + 1} stack=0`);
  const batches: string[] = [];
  for (let at = 0; at < begins.length; at += 5000) {
    batches.push(`EventBatch gen=1 m=7 time=${300 + at} size=?\n${begins.slice(at, at + 5000).join('\n')}`);
  }
  return traceOfText(`Trace Go1.26
EventBatch gen=1 m=${none} time=90 size=?
Sync
Frequency freq=1000000000
ClockSnapshot dt=1 mono=5 sec=7 nsec=9
EventBatch gen=1 m=${none} time=80 size=?
Strings
${strings}
${more}
EventBatch gen=1 m=7 time=100 size=?
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=1 m=7 gstatus=2
${batches.join('\n')}
EndOfGeneration`);
}

describe('batches of format v2', () => {
  test('of strings that become longer are split at what Go reads', () => {
    const names = Array.from({ length: 8000 }, (_, k) => k.toString(36));
    const bytes = regions(names);
    const copy = copyOf(bytes);
    const [before, after] = [parsed(bytes), parsed(copy)];
    expect(after.reader.fault).toBe(undefined);
    expect(shape(after.text)).toBe(shape(before.text));
    expect(after.reader.counts[wire.String]).toBe(8000);
    expect(after.reader.counts[wire.EventBatch]).toBe(before.reader.counts[wire.EventBatch]! + 1);
    expect(parse(copy).strings).toContain('region8000');
  });

  test('of experiments are empty, but keep their time', () => {
    const bytes = regions(['a'], 'ExperimentalBatch exp=1 gen=1 m=3 time=40\ndata="\\x00main.secret"');
    expect(Buffer.from(bytes).includes('main.secret')).toBe(true);
    const copy = copyOf(bytes);
    expect(copy.includes('secret')).toBe(false);
    const [before, after] = [parsed(bytes), parsed(copy)];
    expect(shape(after.text)).toBe(shape(before.text));
    expect(after.text).toMatch(/Sync Time=40 /);
    expect(after.reader.counts[wire.ExperimentalBatch]).toBe(1);
  });

  test('a text of the program that the runtime has as well stays', () => {
    const bytes = goProgramTrace('channels-1.26-p4.trace');
    expect(parse(copyOf(bytes)).strings).toEqual(expect.arrayContaining(['chan receive', 'sync', 'start trace']));
  });

  test('end with the last one that can be read', () => {
    const good = regions(['a']);
    for (const wrong of [
      'Strings\nStack id=1 nframes=0',
      'HeapAlloc dt=1 heapalloc_value=1\nString id=9\ndata="secret"',
      'Stacks\nString id=9\ndata="secret"',
    ]) {
      const bad = Buffer.from(traceOfText(`Trace Go1.26\nEventBatch gen=2 m=1 time=1 size=?\n${wrong}`)).subarray(16);
      const { end, fault, pieces } = anonymize(Buffer.concat([good, bad]));
      expect(fault?.message).toMatch(/^trace: .+$/);
      expect(end).toBe(good.length);
      expect(Buffer.concat([...pieces()]).equals(copyOf(good))).toBe(true);
    }
  });
});

describe('a copy of a file that is cut', () => {
  test.each([
    ['notes-1.26-p2.trace', goProgramTrace('notes-1.26-p2.trace')],
    ['recorder-1.25-p4.trace', goProgramTrace('recorder-1.25-p4.trace')],
    ['notes-1.22-p4.trace', goProgramTrace('notes-1.22-p4.trace')],
  ])('anywhere has the whole generations that the file has: %s', (_, bytes) => {
    for (let size = 17; size < bytes.length; size += 37) {
      const cut = bytes.subarray(0, size);
      const whole = readable(() => parse(cut));
      const { end, pieces } = readable(() => anonymize(cut)) ?? { end: 16, pieces: () => [] };
      expect(end).toBeLessThanOrEqual(size);
      if (whole === undefined) continue;
      const copy = parse(Buffer.concat([...pieces()]));
      expect(copy.generations).toEqual(whole.generations);
      expect(copy.events.length).toBe(whole.events.length);
    }
  });

  test('anywhere has the events that the file has: format v1', () => {
    const { bytes } = everything();
    for (let size = 30; size < bytes.length; size++) {
      const cut = bytes.subarray(0, size);
      const [before, copy] = [readable(() => parse(cut)), readable(() => parse(copyOf(cut)))];
      expect(copy?.events.length).toBe(before?.events.length);
      expect(copy?.durationNs).toBe(before?.durationNs);
    }
  });
});

/** What `read` returns; undefined if the file has nothing that can be read. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    expect(error.message).toMatch(/^trace: [^\n]+$/);
    return undefined;
  }
}

describe('a file that is wrong', () => {
  test('is copied as far as its records can be told apart', () => {
    for (const { is, bytes } of badTraces) {
      const copy = readable(() => copyOf(bytes));
      // The copy is as wrong: what cannot happen is in it, too.
      if (copy?.length === bytes.length)
        expect(parsed(copy).reader.fault?.message, is).toBe(parsed(bytes).reader.fault?.message);
    }
  });

  test('with a second trace behind the first one is no trace', () => {
    const [v1, v2] = [everything().bytes, goProgramTrace('timers-1.26-p4.trace')];
    for (const [a, b] of [
      [v1, v2],
      [v2, v1],
    ] as const) {
      expect(() => anonymize(Buffer.concat([a, b]))).toThrow(
        /^trace: expected one trace, got a second one \("go 1\.\d\d trace"\) at byte \d+; head -c \d+ /,
      );
    }
  });

  test('in any way is copied in part, or an error', () => {
    const rng = new Rng(16);
    const files = [
      everything().bytes,
      goProgramTrace('coroutines-1.26-p2.trace'),
      goProgramTrace('notes-1.22-p4.trace'),
    ];
    for (let k = 0; k < 600; k++) {
      const bytes = damagedBytes(files[k % 3]!, files[(k + 1) % 3]!, rng);
      const copy = readable(() => anonymize(bytes));
      if (copy !== undefined)
        for (const piece of copy.pieces()) expect(piece.length).toBeLessThanOrEqual(2 * bytes.length);
    }
  });
});

describe('real Go', () => {
  test('reads copies of format v2 as we do', async (context) => {
    const go = await newestGo(context);
    if (go.minor < 26) skipLoudly(context, 'there is no Go 1.26 on PATH');
    const path = join(tempDir(), 'anon.trace');
    for (const name of goProgramTraces()) {
      const copy = copyOf(goProgramTrace(name));
      writeFileSync(path, copy);
      const { stdout, stderr } = spawnSync(go.trace, ['-d=parsed', path], { encoding: 'utf8', maxBuffer: 1e9 });
      expect(stderr, name).toBe('');
      expect(stdout === parsed(copy).text, name).toBe(true);
    }
  });

  test('of 1.19 finds the same events in copies of format v1', (context) => {
    const go = go119(context);
    const path = join(tempDir(), 'anon.trace');
    const names = goTraceNames().filter((name) => /^(http|user_task)/.test(name));
    const eventsOf = (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      const events = dump(go, path);
      if (typeof events === 'string') throw new Error(events);
      return events.map(({ ts, name, p, g }) => `${ts} ${name} ${p} ${g}`).sort();
    };
    for (const bytes of [
      everything().bytes,
      everything('go 1.19 trace').bytes,
      pxTrace(500, 2),
      ...names.map(goTrace),
    ]) {
      expect(eventsOf(copyOf(bytes))).toEqual(eventsOf(bytes));
    }
  });

  test('shows copies on its pages', async (context) => {
    go119(context);
    const cwd = tempDir();
    const args = ['-mode', 'workers', '-workers', '2', '-procs', '2', '-w', '8', '-h', '8', '-o', '/dev/null'];
    await hostedCli([...args, '-trace', 'run.out'], { cwd });
    writeFileSync(join(cwd, 'anon.trace'), copyOf(readFileSync(join(cwd, 'run.out'))));
    expect((await judge(join(cwd, 'anon.trace'))).complaints).toEqual([]);
  });
});
