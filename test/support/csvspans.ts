// The spans of a trace, from its text as CSV alone: plain code over its lines, which shares none with the viewer.

/** A period of one activity of one goroutine, as matches.ts defines them. */
export interface CsvSpan {
  readonly activity: string;
  readonly body: string;
  readonly ns: number;
  readonly fromNs: number;
  readonly g: number;
  readonly p: number;
  /** Body of the goroutine that woke it, '' if none did. */
  readonly waker: string;
  readonly reason: string;
  /** The stack of the event that begins it: `function file:line;function file:line`. */
  readonly stack: string;
}

const activityOf: Readonly<Record<string, string>> = {
  GoEnd: 'none',
  GoStop: 'none',
  GoDestroySyscall: 'none',
  GoStart: 'execution',
  GoStartLabel: 'execution',
  GoSyscallEnd: 'execution',
  GoCreate: 'runnable',
  GoUnblock: 'runnable',
  GoSched: 'runnable',
  GoPreempt: 'runnable',
  GoSysExit: 'runnable',
  GoBlockSend: 'send',
  GoBlockRecv: 'receive',
  GoBlockSelect: 'select',
  GoBlockSync: 'sync',
  GoBlockCond: 'cond',
  GoBlockNet: 'network',
  GoBlockGC: 'gc',
  GoSysBlock: 'syscall',
  GoCreateSyscall: 'syscall',
  GoSleep: 'sleep',
  GoBlock: 'block',
  GoCreateBlocked: 'block',
  GoWaiting: 'before',
  GoInSyscall: 'before',
};
const activityOfV2: Readonly<Record<string, string>> = { ...activityOf, GoSysCall: 'calling', GoInSyscall: 'syscall' };

/** A goroutine whose period has not ended. */
interface Open {
  readonly line: number;
  readonly activity: string;
  /** Who woke it last. */
  readonly waker: string;
}

/** What the CSV does not say. */
interface Rest {
  /** Minor version in the header of the trace. */
  readonly version: number;
  readonly durationNs: number;
  /** Bodies of goroutines that cause no event, by number. */
  readonly silent: ReadonlyMap<number, string>;
}

/** The spans. */
export function csvSpans(csv: string, { version, durationNs, silent }: Rest): CsvSpan[] {
  const [head, ...all] = parseCsv(csv);
  const column = (name: string) => head!.indexOf(name);
  const [ns, event, g, other, body, p] = ['ns', 'event', 'g', 'other_g', 'body', 'p'].map(column) as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [args, stack] = [column('args'), column('stack')];
  const lines = all.filter((line) => line[event] !== 'CPUSample');
  const isV2 = version >= 22;
  const spans: CsvSpan[] = [];
  const open = new Map<string, Open>();
  const bodies = bodiesOf();

  lines.forEach((line, k) => {
    const to = (isV2 ? activityOfV2 : activityOf)[line[event]!];
    const own = line[other]! || line[g]!;
    if (to === undefined || own === '0') return;
    const before = open.get(own);
    const isWoken = line[event] === 'GoUnblock' || line[event]!.startsWith('GoCreate');
    const waker = isWoken ? line[body]! : '';
    const introduces = to === 'before' || (isV2 && line[ns] === '0');
    if (before !== undefined && !introduces) end(own, before, Number(line[ns]), waker);
    if (to === 'none') open.delete(own);
    else open.set(own, { line: k, activity: to, waker: to === 'runnable' ? waker : (before?.waker ?? '') });
  });
  for (const [own, period] of open) if (Number(lines[period.line]![ns]) < durationNs) end(own, period, durationNs, '');
  return spans;

  function end(own: string, { line, activity, waker }: Open, atNs: number, wakes: string): void {
    const begin = lines[line]!;
    const isWait = !['execution', 'calling', 'runnable'].includes(activity);
    spans.push({
      activity,
      body: bodies(own, line),
      ns: atNs - Number(begin[ns]),
      fromNs: Number(begin[ns]),
      g: Number(own),
      p: Number(begin[p]),
      waker: isWait ? wakes : waker,
      reason: /(?:^| )reason=(".*")$/.test(begin[args]!) ? JSON.parse(/reason=(".*")$/.exec(begin[args]!)![1]!) : '',
      stack: begin[stack]!,
    });
  }

  /** A function for the body of a goroutine at a line: that of its lines from its creation to its end. */
  function bodiesOf(): (own: string, line: number) => string {
    const lives = new Map<string, { readonly from: number; name: string | undefined }[]>();
    lines.forEach((line, k) => {
      if (line[event]!.startsWith('GoCreate')) {
        lives.set(line[other]!, [...(lives.get(line[other]!) ?? []), { from: k, name: undefined }]);
      }
      const life = lives.get(line[g]!)?.at(-1);
      if (life !== undefined) life.name = line[body]!;
    });
    return (own, line) => lives.get(own)?.findLast(({ from }) => from <= line)?.name ?? silent.get(Number(own)) ?? '';
  }
}

/** The fields of CSV (RFC 4180). */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}
