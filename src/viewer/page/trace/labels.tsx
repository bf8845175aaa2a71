// The labels of the rows: names, figures, and what opens and closes.

import type { VNode } from 'preact';
import type { LabelledRow } from '../../timeline/picture.js';
import { picture } from './client.js';
import { currentRow, toggle } from './state.js';

export function Labels(): VNode {
  const shown = picture.value;
  const pinned = shown?.view.pinned.length ?? 0;
  const rows = shown?.rows ?? [];
  return (
    <div class="labels">
      {rows.slice(pinned).map((row, k) => (
        <Label key={k} row={row} />
      ))}
      <div class="pinned" style={{ height: `${shown?.pinnedHeight ?? 0}px` }}>
        {rows.slice(0, pinned).map((row, k) => (
          <Label key={k} row={row} />
        ))}
      </div>
    </div>
  );
}

function Label({ row }: { readonly row: LabelledRow }): VNode {
  const { kind, key, label, note, top, height, depth, isOpen } = row;
  const isCurrent = currentRow.value === key;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: j and k move the current row
    // biome-ignore lint/a11y/useKeyWithClickEvents: j and k move the current row
    <div
      class={`label ${kind}${isCurrent ? ' current' : ''}`}
      style={{ top: `${top}px`, height: `${height}px`, paddingLeft: `${4 + 10 * depth}px` }}
      title={label}
      onClick={() => {
        currentRow.value = key;
      }}
    >
      {isOpen !== undefined && (
        <button
          type="button"
          class="opener"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Close' : 'Open'} ${label}`}
          tabIndex={-1}
          onClick={() => toggle(key)}
        >
          {isOpen ? '▾' : '▸'}
        </button>
      )}
      <span class="name">{label}</span>
      <span class="note">{note}</span>
    </div>
  );
}
