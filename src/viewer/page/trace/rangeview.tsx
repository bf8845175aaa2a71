// The measured range: exact sums by state, P and body, and the goroutines that executed longest in it.

import type { VNode } from 'preact';
import { count } from '../../../lib/numbers.js';
import { activityClasses } from '../../timeline/classes.js';
import { withoutPath } from '../../timeline/rowlabels.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { following } from './asked.js';
import { progress } from './client.js';
import type { RangeReport } from './protocol.js';
import { showRow } from './selection.js';
import { whoText } from './spanlist.js';
import { chosen } from './state.js';
import { percent, Table } from './tables.js';

const report = following('sums', () => {
  const { tab, measured } = chosen.value;
  const isWhole = progress.value?.isWhole;
  return tab === 'range' && measured !== undefined && isWhole !== undefined ? [measured] : undefined;
});

export function RangeView(): VNode {
  const { measured } = chosen.value;
  if (measured === undefined) {
    return <p class="about">Drag on the axis to measure a range of time.</p>;
  }
  const sums = report.value;
  return (
    <>
      <h2>{lengthText(measured.toNs - measured.fromNs)}</h2>
      <p class="about">{`${momentText(measured.fromNs)} to ${momentText(measured.toNs)}`}</p>
      {sums !== undefined && <Sums sums={sums} />}
    </>
  );
}

function Sums({ sums }: { readonly sums: RangeReport }): VNode {
  const { alive, executed, activityNs, procs, bodies, moreBodies, top, fromNs, toNs } = sums;
  const rangeNs = Math.max(1, toNs - fromNs);
  const all = activityNs.reduce((sum, ns) => sum + ns, 0);
  const shown = [...activityNs.keys()].filter((k) => activityNs[k]! > 0);
  const name = (k: number) => activityClasses[k]!.name;
  return (
    <>
      <p>{`${count(alive)} goroutines were there, ${count(executed)} of them executed.`}</p>
      <Table
        label="By state"
        heads={['State', 'time', 'share']}
        rows={shown.map((k) => [name(k), lengthText(activityNs[k]!), percent(activityNs[k]!, all)])}
      />
      <Table
        label="By P"
        heads={['P', 'running', 'system calls', 'idle', 'busy']}
        rows={[...procs.executionNs.keys()].map((p) => {
          const [runs, calls, idle] = [procs.executionNs[p]!, procs.callingNs[p]!, procs.idleNs[p]!];
          return [`P ${p}`, lengthText(runs), lengthText(calls), lengthText(idle), percent(runs + calls, rangeNs)];
        })}
      />
      <Table
        label="By body"
        heads={['Body', ...shown.map(name), 'all']}
        rows={bodies.map(({ body, activityNs: of, totalNs }) => [
          withoutPath(body),
          ...shown.map((k) => (of[k]! === 0 ? '' : lengthText(of[k]!))),
          lengthText(totalNs),
        ])}
      />
      {moreBodies > 0 && <p class="about">{`And ${count(moreBodies)} more bodies.`}</p>}
      <h3>Executed longest</h3>
      <table class="spans" aria-label="Executed longest">
        <tbody>
          {top.map(({ who, ns }) => (
            <tr key={who.g}>
              <td>
                <button type="button" class="link" onClick={() => void showRow(`g${who.id}`, fromNs, toNs)}>
                  {whoText(who)}
                </button>
              </td>
              <td>{lengthText(ns)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
