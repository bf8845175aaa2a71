// The panel: what the trace says of the selected span.

import type { VNode } from 'preact';
import type { Frame, SpanInfo } from '../../timeline/spans.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { selectedSpan } from './selection.js';

export function Panel(): VNode {
  const span = selectedSpan.value;
  return (
    <aside class="panel" aria-label="Details">
      {span === undefined ? (
        <p class="about">Click a span to see what the trace says of it.</p>
      ) : (
        <SpanView span={span} />
      )}
    </aside>
  );
}

function SpanView({ span }: { readonly span: SpanInfo }): VNode {
  const { title, fromNs, toNs, p, thread, beginsWith, endsWith, beginStack, endStack, object } = span;
  const rows: [string, string][] = [
    ['from', momentText(fromNs)],
    ['for', lengthText(toNs - fromNs)],
    ...(p >= 0 ? [['P', String(p)] as [string, string]] : []),
    ...(thread > 0 ? [['thread', String(thread)] as [string, string]] : []),
    ...(object === '' ? [] : [['waits for', object] as [string, string]]),
    ['begins with', beginsWith],
    ['ends with', endsWith],
  ];
  return (
    <>
      <h2>{title}</h2>
      <table class="facts">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Stack title="Stack where it begins" frames={beginStack} />
      <Stack title="Stack where it ends" frames={endStack} />
    </>
  );
}

function Stack({ title, frames }: { readonly title: string; readonly frames: readonly Frame[] }): VNode | null {
  if (frames.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ol class="stack">
        {frames.map(({ func, file, line }, k) => (
          <li key={k}>
            {func} <span class="place">{`${file.slice(file.lastIndexOf('/') + 1)}:${line}`}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
