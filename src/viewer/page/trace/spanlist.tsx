// Lists of spans, each a button that selects it, and names of goroutines.

import type { VNode } from 'preact';
import { activityClasses } from '../../timeline/classes.js';
import { withoutPath } from '../../timeline/rowlabels.js';
import type { SpanLine, Who } from '../../timeline/spans.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { selectLine } from './selection.js';

/** A goroutine by its number and its body: `G 12 main.worker`. */
export function whoText({ id, body }: Who): string {
  return `G ${id} ${withoutPath(body)}`.trimEnd();
}

/** A span in a text: its goroutine and what it does, which selects it. */
export function SpanButton({ line }: { readonly line: SpanLine }): VNode {
  const what = `${whoText(line.goroutine)}, ${activityClasses[line.activity]!.name}`;
  return (
    <button type="button" class="link" onClick={() => void selectLine(line)}>
      {what}
    </button>
  );
}

/** Spans as a table: what, when, how long. */
export function SpanTable({ label, spans }: { readonly label: string; readonly spans: readonly SpanLine[] }): VNode {
  return (
    <table class="spans" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Span</th>
          <th scope="col">from</th>
          <th scope="col">for</th>
        </tr>
      </thead>
      <tbody>
        {spans.map((line) => (
          <tr key={line.event}>
            <td>
              <SpanButton line={line} />
            </td>
            <td>{momentText(line.fromNs)}</td>
            <td>{lengthText(line.toNs - line.fromNs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
