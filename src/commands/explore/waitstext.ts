// Who waits for what when all are asleep: the objects, and at each of them the goroutines that wait there.

import type { waitReasonStrings } from '../../runtime/sched/reason.js';
import type { Outcome } from '../../runtime/start.js';

type Wait = Outcome['waits'][number];
type Reason = Exclude<(typeof waitReasonStrings)[number], ''>;

/** What would wake a goroutine that waits for this reason; nothing can if there is none. */
const wakers: Readonly<Record<Reason, string | undefined>> = {
  'chan receive': 'for a send or a close',
  'chan send': 'for a receive',
  select: 'for one of the cases of its select',
  'chan receive (nil chan)': undefined,
  'chan send (nil chan)': undefined,
  'select (no cases)': undefined,
  sleep: 'for its time',
  'sync.Mutex.Lock': 'for an unlock',
  'sync.RWMutex.RLock': 'for the writer to unlock',
  'sync.RWMutex.Lock': 'for the writer or the readers to unlock',
  'sync.WaitGroup.Wait': 'for the count to become 0',
  'sync.Cond.Wait': 'for a signal or a broadcast',
  'IO wait': 'for the network',
};

const wakerOf = (reason: string): string | undefined => wakers[reason as Reason];

/** The graph in lines. */
export function waitGraph({ waits, circles }: Pick<Outcome, 'waits' | 'circles'>): string {
  const objects = new Map<string, Wait[]>();
  for (const wait of waits) {
    if (wakerOf(wait.reason) === undefined) continue;
    // A select waits on all of its channels.
    for (const object of wait.on.split(', ')) objects.set(object, [...(objects.get(object) ?? []), wait]);
  }
  const hopeless = waits.filter(({ reason }) => wakerOf(reason) === undefined);
  return [
    'who waits for what:\n',
    ...[...objects].flatMap(([object, there]) => [
      `  ${object}\n`,
      ...there.flatMap((wait) => [
        `    ${whoIs(wait)} waits ${wakerOf(wait.reason)}${placeOf(wait)}\n`,
        ...wait.holders.map((line) => `      ${line}\n`),
      ]),
    ]),
    ...(hopeless.length === 0 ? [] : ['  nothing that anybody could do\n']),
    ...hopeless.map((wait) => `    ${whoIs(wait)} waits for ever: ${wait.reason}${placeOf(wait)}\n`),
    ...circles.map((circle) => `  ${circle}\n`),
  ].join('');
}

const whoIs = ({ goid, name }: Wait) => `goroutine ${goid} ${name}`;
const placeOf = ({ at }: Wait) => (at === undefined ? '' : `, at ${at}`);
