// The panel: what the trace says of what is selected, measured, asked for, in tabs.

import type { VNode } from 'preact';
import { NOTHING, type Tab } from '../../timeline/address.js';
import { Tabs, tabElementId } from '../shared/tabs.js';
import { GoroutinesView } from './goroutinesview.js';
import { Legend } from './legend.js';
import { MatchesView } from './matchesview.js';
import { PathView } from './pathview.js';
import { RangeView } from './rangeview.js';
import { SpanView } from './spanview.js';
import { choose, chosen } from './state.js';

const views: Readonly<Record<Tab, { readonly title: string; readonly View: () => VNode }>> = {
  span: { title: 'Span', View: SpanView },
  range: { title: 'Range', View: RangeView },
  matches: { title: 'Matches', View: MatchesView },
  goroutines: { title: 'Goroutines', View: GoroutinesView },
  path: { title: 'Critical path', View: PathView },
};
const tabs = Object.entries(views).map(([id, { title }]) => ({ id, title }));

/** True if the panel needs more room than usual: a table with many columns is in it. Not while a range is dragged. */
export function isWidePanel(tab: Tab): boolean {
  return tab === 'goroutines';
}

export function Panel(): VNode {
  const { tab } = chosen.value;
  const { View } = views[tab] ?? views[NOTHING.tab];
  return (
    <aside class="panel" aria-label="Details">
      <Tabs label="Details" tabs={tabs} selected={tab} panel="details" onSelect={(id) => choose({ tab: id as Tab })} />
      <div class="details" id="details" role="tabpanel" aria-labelledby={tabElementId(tab)} key={tab}>
        <View />
      </div>
      <Legend />
    </aside>
  );
}
