// What the commands of the README print, and what is in the files that they write: a row a command, without its comment.

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** What is expected of a command. What is left out is empty. */
interface Expected {
  /** Each of them is somewhere in standard output. */
  readonly stdout?: readonly RegExp[];
  readonly stderr?: RegExp;
  /** What files begin with or contain, byte for byte. */
  readonly files?: Readonly<Record<string, RegExp>>;
}

/** A whole PNG of this size, up to 65535 on a side. */
function png(w: number, h: number): RegExp {
  const word = (n: number) => `\\0\\0${String.fromCharCode(n >> 8, n & 255).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  return new RegExp(`^\\x89PNG\\r\\n\\x1a\\n....IHDR${word(w)}${word(h)}[\\s\\S]*IEND....$`, 's');
}

/** The line about a run on threads. */
const run = (mode: string, size: string, goroutines: string, procs = '\\d+ Ps?') =>
  new RegExp(`^mode ${mode}, ${size}, ${goroutines}, ${procs}, real [\\d.]+s user [\\d.]+s sys [\\d.]+s\\n$`);

const PRIMES = /^2\n3\n5\n7\n11\n13\n17\n19\n23\n29\n$/;
const TRACE = /^go 1\.\d+ trace\0/;
/** gzip, which pprof's profiles are in. */
const GZIP = new RegExp(`^${String.fromCharCode(0x1f, 0x8b)}`);
const SVG = /^(<\?xml[^>]*>\n)?<svg [\s\S]*<\/svg>\n?$/;

/** The heads of mandel trace, for a trace of so many goroutines. */
const summary = (file: string, goroutines: string) => [
  new RegExp(`^${file}: go 1\\.\\d+ trace, [\\d.]+m?s, \\d+ Ps?, [\\d,]+ events\\n${goroutines} goroutines, `),
  /^Utilization +running +share +switches$/m,
  /^Parallelism +\d/m,
];

/** The heads of a report of mandel pprof. */
const report = (type: string) => new RegExp(`^File: \\S+\\nType: ${type}\\nTime: .+\\nDuration: .+, Total samples = `);
const COLUMNS = /^ +flat +flat% +sum% +cum +cum%/m;

export const prints: Readonly<Record<string, Expected>> = {
  'mandel examples': { stdout: [/^Programs: mandel run NAME\n {2}sieve +the concurrent prime sieve/, /^Sources: /m] },
  'mandel run sieve': { stdout: [PRIMES] },

  'mandel -mode row -workers 4': {
    stderr: run('row', '1024x1024', '1025 goroutines', '[1-4] Ps?'),
    files: { 'mandelbrot.png': png(1024, 1024) },
  },
  'mandel -mode workers -workers=4': { stderr: run('workers', '1024x1024', '5 goroutines') },
  'mandel -scene web -o web.png': {
    stderr: run('seq', '512x512', '1 goroutine'),
    files: { 'web.png': png(512, 512) },
  },
  'mandel -w 640 -h 480 -zoom 1 -o - > small.png': {
    stderr: run('seq', '640x480', '1 goroutine'),
    files: { 'small.png': png(640, 480) },
  },
  'mandel -procs 8 -quiet': {},
  'mandel -kernel fast -mode row': { stderr: run('row', '1024x1024', '1025 goroutines') },
  'mandel -kernel fast -center -0.7436,0.1318 -zoom 2000 -iterations 5000 -o seahorse.png': {
    stderr: run('seq', '1024x1024', '1 goroutine'),
    files: { 'seahorse.png': png(1024, 1024) },
  },
  'mandel help': { stdout: [/^Usage: mandel /, /^Modes:\n {2}seq /m, /^Scenes:\n {2}workshop /m, /mandel examples/] },

  'mandel -mode workers -workers 4 -trace workers.out': {
    stderr: run('workers', '1024x1024', '5 goroutines'),
    files: { 'workers.out': TRACE },
  },
  'mandel trace workers.out': { stdout: [...summary('workers\\.out', '5'), /^ {2}chan send /m, /^Longest waits$/m] },
  'mandel -mode row -trace row.out': {
    stderr: run('row', '1024x1024', '1025 goroutines'),
    files: { 'row.out': TRACE },
  },
  'mandel trace -objects workers.out': {
    stdout: [
      /^workers\.out: [\d,]+ waits for \d objects$/m,
      /^chan struct\{.*\} \d \(workers\.ts:\d+\)$/m,
      /^ {2}chan send by /m,
    ],
  },
  'mandel trace -critical workers.out': {
    stdout: [
      /^workers\.out: critical path of .* in [\d,]+ pieces?\n/,
      /^Hand-off between goroutines: /m,
      /of workers\.main/,
    ],
  },
  'mandel trace diff workers.out row.out': {
    stdout: [/^A {2}workers\.out: .*\nB {2}row\.out: .*\n\n +A +B +B - A\n/, /^duration .*%$/m, /^running .*%$/m],
  },
  'mandel trace -pprof=sync -o sync.pprof row.out': { files: { 'sync.pprof': GZIP } },
  'mandel trace -export=perfetto -o row.pb row.out': { files: { 'row.pb': /row\.row/ } },
  'mandel trace -d row.out > row.txt': { files: { 'row.txt': /GoCreate[\s\S]*GoEnd/ } },
  'mandel compare -n 1 seq row': {
    stdout: [
      /^workshop 1024x1024, \d+ Ps? on /,
      /^mode +wall +spread +speed-up .*\n.*\nseq( +\S+){6}\nrow( +\S+){6}\n\nmode +goroutines .*\n.*\nseq( +\S+){8}\nrow( +\S+){8}$/m,
    ],
  },
  'mandel run -trace kitchen.out kitchen': { stdout: [/^all served\n$/], files: { 'kitchen.out': TRACE } },
  'mandel trace kitchen.out': { stdout: [...summary('kitchen\\.out', '3'), /order/, /cook/] },

  'mandel -mode row -cpuprofile cpu.pprof': {
    stderr: run('row', '1024x1024', '1025 goroutines'),
    files: { 'cpu.pprof': GZIP },
  },
  'mandel pprof -top -cum cpu.pprof': {
    stdout: [report('cpu'), COLUMNS, /% {2}fill\.fillRow$/m, /% {2}fill\.fillPixel$/m],
  },
  'mandel pprof -list fillPixel cpu.pprof': {
    stdout: [/^ROUTINE =+ fill\.fillPixel in .*fill\.ts$/m, /^ +\S+ +\S+ +\d+:export function fillPixel\(/m],
  },
  // Where there is one core, there is no P 1.
  'mandel pprof -top -tagfocus P:1 cpu.pprof': {
    stdout: [report('cpu'), /^Active filters:\n {3}tagfocus=P:1\nShowing nodes accounting for /m, COLUMNS],
  },
  'mandel pprof -flame -o flame.svg cpu.pprof': { files: { 'flame.svg': SVG } },
  'mandel pprof -flame -tagroot P -o p.svg cpu.pprof': { files: { 'p.svg': SVG } },
  'mandel pprof -proto -focus fillPixel -o fill.pb.gz cpu.pprof': { files: { 'fill.pb.gz': GZIP } },
  'mandel run -mutexprofile mutex.pprof mutex': {
    stdout: [/^held while looking up: 100\nheld briefly: 100\n$/],
    files: { 'mutex.pprof': GZIP },
  },
  'mandel pprof -peek Unlock mutex.pprof': { stdout: [report('delay'), COLUMNS, /\| {3}mutex\.incHolding$/m] },
  "echo 'top5 -cum' | mandel pprof cpu.pprof": {
    stdout: [/^\(pprof\) Showing nodes accounting for /, COLUMNS, /fill\.fillRow/],
    stderr: /Entering interactive mode/,
  },

  'mandel -engine sim -mode workers -workers 4 -procs 4 -trace sim.out': {
    stderr: /^mode workers, 1024x1024, 5 goroutines, 4 Ps, .* \(virtual; machine two-cores, seed 1\)\n$/,
    files: { 'sim.out': TRACE },
  },
  'mandel trace sim.out': { stdout: summary('sim\\.out', '5') },
  'mandel scale -mode row -procs 1..8 -w 512 -h 512 -zoom 1.5 -o scale.svg': {
    // A curve that rises: eight Ps are more than three times as fast as one.
    stdout: [/^row, workshop 512x512, center -0\.75,0 zoom 1\.5, /, /^ 8 +\S+ +[3-7]\.\d\d /m, /^Amdahl +sigma 0\.1/m],
    files: { 'scale.svg': SVG },
  },
  'mandel -engine sim -machine workshop -mode row -trace lesson.out': {
    stderr: /^mode row, 1024x1024, 1025 goroutines, 4 Ps, real 0\.7\d+s .* \(virtual; machine workshop, seed 1\)\n$/,
    files: { 'lesson.out': TRACE },
  },
  'mandel run -engine sim -procs 64 sieve': { stdout: [PRIMES] },

  'mandel explore lostwakeup': {
    stdout: [/^lostwakeup: 1,000 schedules, .*: 2 outcomes\n/, /^ *\d+ .*deadlock/m, /^to see it: mandel explore /m],
  },
  'mandel explore -strategy pct closerace': { stdout: [/: 2 outcomes\n/, /panic: close of closed channel/] },
  'mandel explore -replay 2 lostwakeup': {
    stderr: /^fatal error: all goroutines are asleep - deadlock!\n[\s\S]*lostwakeup\.consumer/,
  },
  'mandel explore -runs 100 daisy': { stdout: [/: 1 outcome\n/, /^ 100 +100\.0% +ok +1 +500$/m] },
  'mandel run dist/examples/sieve.js': { stdout: [PRIMES] },
};
