// The labels of the rows: names, figures, and what opens and closes.

import type { VNode } from 'preact';
import type { LabelledRow } from '../../timeline/picture.js';
import { picture } from './client.js';
import { chosen, currentRow, toggle } from './state.js';

export function Labels(): VNode {
  const shown = picture.value;
  const pinned = shown?.view.pinned.length ?? 0;
  const rows = shown?.rows ?? [];
  return (
    <div class="labels" role="list" aria-label="Rows">
      {rows.slice(pinned).map((row, k) => (
        <Label key={k} row={row} isPinned={false} />
      ))}
      <div class="pinned" style={{ height: `${shown?.pinnedHeight ?? 0}px` }}>
        {rows.slice(0, pinned).map((row, k) => (
          <Label key={k} row={row} isPinned={true} />
        ))}
      </div>
    </div>
  );
}

function Label({ row, isPinned }: { readonly row: LabelledRow; readonly isPinned: boolean }): VNode {
  const { kind, key, label, note, top, height, depth, isOpen } = row;
  const isCurrent = currentRow.value === key;
  return (
    <div
      role="listitem"
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
      {isPinned && (
        <span class="pin" aria-label="pinned">
          {chosen.value.pinned.includes(key) ? '•' : ''}
        </span>
      )}
    </div>
  );
}
