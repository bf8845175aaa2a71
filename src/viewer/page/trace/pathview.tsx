// The critical path: what the whole run had to wait for, by body and kind, and its longest pieces.

import type { VNode } from 'preact';
import { count, plural } from '../../../lib/numbers.js';
import { type Piece, pieceName } from '../../../trace/analysis/pathsummary.js';
import { withoutPath } from '../../timeline/rowlabels.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { following } from './asked.js';
import { progress } from './client.js';
import { showRow } from './selection.js';
import { choose, chosen } from './state.js';
import { percent, Table } from './tables.js';

const report = following('path', () => (chosen.value.tab === 'path' && progress.value?.isWhole ? [] : undefined));

export function PathView(): VNode {
  const told = report.value;
  return (
    <>
      <h2>Critical path</h2>
      <p class="about">
        The pieces, from the beginning of the trace to its end, that the end had to wait for. Each begins where the one
        before ends.
      </p>
      <label>
        <input
          type="checkbox"
          checked={chosen.value.showsPath}
          onChange={(event) => choose({ showsPath: event.currentTarget.checked })}
        />
        {' light it in the picture'}
      </label>
      {told === undefined ? (
        <p class="about">It is found when the whole trace is read.</p>
      ) : (
        <>
          <p>
            {`${lengthText(told.summary.durationNs)} in ${plural(told.summary.pieces, 'piece')}; hand-off between goroutines ${lengthText(told.summary.handoffNs)}, ${plural(told.summary.handoffs, 'time')}.`}
          </p>
          <Table
            label="By body and kind"
            heads={['What', 'time', 'share', 'pieces']}
            rows={told.summary.rows.map(({ kind, body, ns, count: n }) => [
              pieceName(kind, withoutPath(body)),
              lengthText(ns),
              percent(ns, told.summary.durationNs),
              count(n),
            ])}
          />
          <h3>Longest pieces</h3>
          <table class="spans" aria-label="Longest pieces">
            <tbody>
              {told.longest.map((piece) => (
                <tr key={piece.fromNs}>
                  <td>
                    <PieceButton piece={piece} />
                  </td>
                  <td>{momentText(piece.fromNs)}</td>
                  <td>{lengthText(piece.toNs - piece.fromNs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

function PieceButton({ piece }: { readonly piece: Piece }): VNode {
  const { kind, body, fromNs, toNs, p } = piece;
  return (
    <button type="button" class="link" onClick={() => void showRow(p < 0 ? '' : `p${p}`, fromNs, toNs)}>
      {pieceName(kind, withoutPath(body))}
    </button>
  );
}
