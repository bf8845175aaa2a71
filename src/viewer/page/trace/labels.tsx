// The labels of the rows: names, figures, what opens and closes, and a menu. For assistive technology they are a tree, whose current
// item is the current row.

import type { TargetedKeyboardEvent, VNode } from 'preact';
import type { LabelledRow } from '../../timeline/picture.js';
import { picture, shownRow } from './client.js';
import { step } from './rowactions.js';
import { openMenu } from './rowmenu.js';
import { currentRow, toggle } from './state.js';

/** The id of a label: a goroutine can have a row in its body and another one in its group, and names have spaces. */
const elementId = ({ key, depth }: LabelledRow) => `row-${depth}-${encodeURIComponent(key)}`;

/** Arrows in the tree move between its items and open them; other keys are as everywhere. */
function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const row = shownRow(currentRow.value);
  switch (event.key) {
    case 'ArrowDown':
      step(1);
      break;
    case 'ArrowUp':
      step(-1);
      break;
    case 'ArrowRight':
      if (row?.isOpen === false) toggle(row.key);
      break;
    case 'ArrowLeft':
      if (row?.isOpen === true) toggle(row.key);
      break;
    default:
      return;
  }
  event.preventDefault();
}

export function Labels(): VNode {
  const shown = picture.value;
  const pinned = shown?.view.pinned.length ?? 0;
  const rows = shown?.rows ?? [];
  const current = rows.slice(pinned).find(({ key }) => key === currentRow.value);
  return (
    <div
      class="labels"
      role="tree"
      aria-label="Rows"
      tabIndex={0}
      aria-activedescendant={current && elementId(current)}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (currentRow.value === '') currentRow.value = rows[pinned]?.key ?? '';
      }}
    >
      {rows.slice(pinned).map((row, k) => (
        <Label key={k} row={row} />
      ))}
      {pinned > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a tree
        <div class="pinned" role="group" aria-label="Pinned" style={{ height: `${shown?.pinnedHeight ?? 0}px` }}>
          {rows.slice(0, pinned).map((row, k) => (
            <Label key={k} row={row} isPinned />
          ))}
        </div>
      )}
    </div>
  );
}

function Label({ row, isPinned = false }: { readonly row: LabelledRow; readonly isPinned?: boolean }): VNode {
  const { kind, key, label, note, top, height, depth, isOpen } = row;
  const isCurrent = currentRow.value === key;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, and says which item is its current one
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the tree
    <div
      // A row that is pinned has two labels; the element with the id is the one among the others.
      id={isPinned ? undefined : elementId(row)}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={isOpen}
      aria-haspopup="menu"
      aria-selected={isCurrent}
      class={`label ${kind}${isCurrent ? ' current' : ''}`}
      style={{ top: `${top}px`, height: `${height}px`, paddingLeft: `${4 + 10 * depth}px` }}
      title={label}
      onClick={() => {
        currentRow.value = key;
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu(row, event.clientX, event.clientY);
      }}
    >
      {isOpen !== undefined && (
        <button type="button" class="opener" aria-hidden="true" tabIndex={-1} onClick={() => toggle(key)}>
          {isOpen ? '▾' : '▸'}
        </button>
      )}
      <span class="name">{label}</span>
      <span class="note">{note}</span>
      <button
        type="button"
        class="more"
        aria-hidden="true"
        tabIndex={-1}
        title="Pin, hide, move"
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          openMenu(row, left, bottom);
        }}
      >
        ⋯
      </button>
    </div>
  );
}
