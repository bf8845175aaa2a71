// The selected span: what it is, why it is so, and how usual its length is.

import type { VNode } from 'preact';
import { count, plural } from '../../../lib/numbers.js';
import type { Source } from '../../../trace/analysis/cause.js';
import type { Listed, ReadiedReason, Reasons, Slice } from '../../timeline/reasons.js';
import type { RowReport } from '../../timeline/rowreports.js';
import type { Frame, SpanInfo } from '../../timeline/spans.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { following } from './asked.js';
import { progress, shownRow } from './client.js';
import { clickedRow, follow, selectedSpan } from './selection.js';
import { SpanButton, SpanTable } from './spanlist.js';
import { choose, chosen, currentRow, range } from './state.js';
import { Facts } from './tables.js';

/** The event of the selected span, while its tab is shown. It is asked for again when the trace is read. */
function shownEvent(): [event: number] | undefined {
  const isWhole = progress.value?.isWhole;
  const span = chosen.value.tab === 'span' && isWhole !== undefined ? selectedSpan.value : undefined;
  return span && [span.event];
}
const reasons = following('reasons', shownEvent);
const alike = following('alike', shownEvent);

/** What made a goroutine runnable, if no other goroutine did. */
const sourceWords: Readonly<Record<Exclude<Source, 'goroutine'>, string>> = {
  itself: 'itself: it yielded, or was preempted',
  timer: 'a timer',
  network: 'the network',
  syscall: 'the end of its system call',
  gc: 'the garbage collector',
  scheduler: 'the scheduler',
  before: 'what was before the trace',
};

export function SpanView(): VNode {
  const span = selectedSpan.value;
  if (span === undefined && clickedRow.value !== undefined) return <RowView report={clickedRow.value} />;
  if (span === undefined) return <RowSpans />;
  const why = reasons.value?.event === span.event ? reasons.value : undefined;
  return (
    <>
      <h2>{span.title}</h2>
      <Facts label="The span" facts={factsOf(span, why?.slice)} />
      {why !== undefined && <Why why={why} />}
      <Usual />
      {why !== undefined && <Woken woken={why.woken} />}
      <Stack title="Stack where it begins" frames={span.beginStack} />
      <Stack title="Stack where it ends" frames={span.endStack} />
    </>
  );
}

/** Spans of the current row that are listed. */
const MOST_SPANS = 100;

/** The spans of the current row in what is shown, while no span is selected. */
const rowSpans = following('spansIn', () => {
  const isAsked = chosen.value.tab === 'span' && selectedSpan.value === undefined && clickedRow.value === undefined;
  return isAsked && currentRow.value !== '' && progress.value?.isWhole !== undefined
    ? [currentRow.value, range.value, MOST_SPANS]
    : undefined;
});

/** What is drawn in the current row, as a table: for those who cannot see the picture, and to click on what is too small there. */
function RowSpans(): VNode {
  const spans = rowSpans.value ?? [];
  if (spans.length === 0) return <p class="about">Click a span to see what the trace says of it.</p>;
  const label = shownRow(currentRow.value)?.label ?? 'The row';
  return (
    <>
      <h2>{label}</h2>
      <p class="about">
        {spans.length === MOST_SPANS
          ? `The first ${MOST_SPANS} spans in view. Click one to see what the trace says of it.`
          : 'Spans in view. Click one to see what the trace says of it.'}
      </p>
      <SpanTable label="Spans in view" spans={spans} />
    </>
  );
}

function RowView({ report: { title, facts, stack } }: { readonly report: RowReport }): VNode {
  return (
    <>
      <h2>{title}</h2>
      <Facts label={title} facts={facts} />
      <Stack title="Stack" frames={stack} />
    </>
  );
}

function factsOf(span: SpanInfo, slice: Slice | undefined): RowReport['facts'] {
  const { fromNs, toNs, p, thread, beginsWith, endsWith, object } = span;
  return [
    ['from', momentText(fromNs)],
    ['to', momentText(toNs)],
    ['wall duration', lengthText(toNs - fromNs)],
    ['self time', slice === undefined ? '' : lengthText(slice.selfNs)],
    ['on its P', slice === undefined ? '' : sliceText(slice)],
    ['P', p >= 0 ? String(p) : ''],
    ['thread', thread > 0 ? String(thread) : ''],
    ['waits for', object],
    ['begins with', beginsWith],
    ['ends with', endsWith],
  ];
}

/** The time from the start on a P to the leave; '' if there are no system calls in it, because it is the span then. */
function sliceText({ fromNs, toNs, calls }: Slice): string {
  if (calls === 0) return '';
  return `${lengthText(toNs - fromNs)} from ${momentText(fromNs)}, with ${plural(calls, 'system call')}`;
}

function Why({ why }: { readonly why: Reasons }): VNode {
  const { wait, runnable, readied, back, forward } = why;
  return (
    <section aria-labelledby="why">
      <h3 id="why">Why</h3>
      {wait !== undefined && (
        <>
          {wait.reason !== '' && <p>{`Reason: ${wait.reason}.`}</p>}
          {wait.ended === undefined ? (
            <p>Nothing ended the wait before the end of the trace.</p>
          ) : (
            <Readied intro="Ended by" readied={wait.ended} />
          )}
        </>
      )}
      {runnable !== undefined && (
        <>
          <Readied intro="Made runnable by" readied={runnable.readied} />
          <Meanwhile p={runnable.p} meanwhile={runnable.meanwhile} />
        </>
      )}
      {readied !== undefined && <Readied intro="Made runnable by" readied={readied} />}
      <p class="steps">
        <button type="button" disabled={back === undefined} onClick={() => follow('step', -1)}>
          <kbd>[</kbd> what led to it
        </button>
        <button type="button" disabled={forward === undefined} onClick={() => follow('step', 1)}>
          <kbd>]</kbd> what it led to
        </button>
      </p>
    </section>
  );
}

function Readied({ intro, readied }: { readonly intro: string; readonly readied: ReadiedReason }): VNode {
  const { by, span, name, ns, stack, runnableNs, isStarted } = readied;
  const waited = isStarted
    ? `It then waited ${lengthText(runnableNs)} for a P.`
    : `It was then runnable until the end of the trace, ${lengthText(runnableNs)}.`;
  return (
    <>
      <p>
        {`${intro} `}
        {span !== undefined ? <SpanButton line={span} /> : by === 'goroutine' ? 'a goroutine' : sourceWords[by]}
        {`, with ${name} at ${momentText(ns)}. ${waited}`}
      </p>
      {stack.length > 0 && (
        <details>
          <summary>{placeText(stack[0]!)}</summary>
          <Frames frames={stack} />
        </details>
      )}
    </>
  );
}

function Meanwhile({ p, meanwhile }: { readonly p: number; readonly meanwhile: Listed }): VNode {
  const { count: n, spans } = meanwhile;
  if (p < 0) return <p>It got no P before the end of the trace.</p>;
  if (n === 0) return <p>{`Nothing else ran on P ${p} meanwhile.`}</p>;
  return (
    <>
      <p>{`It got P ${p}, on which meanwhile ran ${n === 1 ? 'this' : `these ${count(n)}`}:`}</p>
      <SpanTable label="Ran meanwhile" spans={spans} />
      <More listed={meanwhile} />
    </>
  );
}

function Woken({ woken }: { readonly woken: Listed }): VNode | null {
  if (woken.count === 0) return null;
  return (
    <section aria-labelledby="woken">
      <h3 id="woken">{`Goroutines that it created or unblocked: ${woken.hasMore ? 'more than ' : ''}${count(woken.count)}`}</h3>
      <SpanTable label="Created or unblocked" spans={woken.spans} />
      <More listed={woken} />
    </section>
  );
}

function More({ listed: { spans, count: n } }: { readonly listed: Listed }): VNode | null {
  return n > spans.length ? <p class="about">{`The first ${spans.length} of them.`}</p> : null;
}

/** The durations of spans of the same body and state. */
function Usual(): VNode | null {
  const told = alike.value;
  if (told === undefined) return null;
  const { n, p50, p95, p99, max } = told.durations;
  const facts = [
    ['p50', lengthText(p50)],
    ['p95', lengthText(p95)],
    ['p99', lengthText(p99)],
    ['longest', lengthText(max)],
  ] as const;
  return (
    <section aria-labelledby="usual">
      <h3 id="usual">{`Spans of the same body and state: ${count(n)}`}</h3>
      <Facts label="Their durations" facts={facts} />
      <p class="steps">
        <button type="button" onClick={() => follow('nextAlike', -1)}>
          <kbd>p</kbd> previous
        </button>
        <button type="button" onClick={() => follow('nextAlike', 1)}>
          <kbd>n</kbd> next
        </button>
        <button type="button" onClick={() => choose({ query: told.query, tab: 'matches' })}>
          all of them
        </button>
      </p>
    </section>
  );
}

function Stack({ title, frames }: { readonly title: string; readonly frames: readonly Frame[] }): VNode | null {
  if (frames.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <Frames frames={frames} />
    </section>
  );
}

function Frames({ frames }: { readonly frames: readonly Frame[] }): VNode {
  return (
    <ol class="stack">
      {frames.map((frame, k) => (
        <li key={k} title={`${frame.file}:${frame.line}`}>
          {frame.func} <span class="place">{lineText(frame)}</span>
        </li>
      ))}
    </ol>
  );
}

const lineText = ({ file, line }: Frame) => `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
const placeText = (frame: Frame) => `${frame.func} ${lineText(frame)}`;
