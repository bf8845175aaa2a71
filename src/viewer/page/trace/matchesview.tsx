// Matches of the query: how many spans, how long together, and the longest of them.

import type { VNode } from 'preact';
import { count } from '../../../lib/numbers.js';
import { lengthText } from '../../timeline/viewport.js';
import { finding } from './querybar.js';
import { follow } from './selection.js';
import { SpanTable } from './spanlist.js';
import { chosen } from './state.js';

export function MatchesView(): VNode {
  const found = finding.value;
  if (chosen.value.query.trim() === '') {
    return (
      <>
        <p class="about">Spans that match the query are listed here; the others are dimmed in the picture.</p>
        <Examples />
      </>
    );
  }
  if (found === undefined) return <p class="about">Searching.</p>;
  if (found.wrong !== '') return <Examples />;
  const { count: n, totalNs, longest } = found;
  return (
    <>
      <h2>{`${count(n)} ${n === 1 ? 'span' : 'spans'}`}</h2>
      <p class="about">{`${lengthText(totalNs)} together${n > longest.length ? `; the longest ${longest.length}` : ''}`}</p>
      <p class="steps">
        <button type="button" onClick={() => follow('nextMatch', -1)}>
          previous
        </button>
        <button type="button" onClick={() => follow('nextMatch', 1)}>
          next
        </button>
      </p>
      <SpanTable label="Matches" spans={longest} />
    </>
  );
}

/** Terms of queries, by example. */
const examples: readonly (readonly [text: string, about: string])[] = [
  ['state:runnable dur>1ms', 'waited more than a millisecond for a P'],
  ['state:blocked body:main', 'waits of goroutines whose body contains main'],
  ['woke:main', 'of goroutines that a main made runnable'],
  ['p:0..1 state:running', 'executions on two Ps'],
  ['g:1', 'all spans of a goroutine'],
  ['reason:"chan receive"', 'by the reason of a wait; traces of Go from 1.22 on'],
  ['object:chan', 'waits for objects; our traces'],
  ['at:main.go', 'with a function or a file in the stack'],
  ['from:1ms to:2ms', 'that overlap a part of the time'],
  ['-state:running', 'a minus negates a term'],
];

function Examples(): VNode {
  return (
    <table class="facts" aria-label="Examples of queries">
      <tbody>
        {examples.map(([text, about]) => (
          <tr key={text}>
            <th scope="row">
              <code>{text}</code>
            </th>
            <td>{about}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
