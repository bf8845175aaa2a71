// The tools: what dragging does, zooming, the clock, what is hidden, help. Each has a key as well; fingers have no keys.

import type { TargetedKeyboardEvent, VNode } from 'preact';
import { progress } from './client.js';
import { zoomAt } from './pointer.js';
import { showHidden } from './rowactions.js';
import { SaveButtons } from './save.js';
import { choose, chosen, type Mode, mode, modes, showsHelp, size } from './state.js';

/** How much a press of a button zooms. */
const ZOOM = 2;

const titles: Readonly<Record<Mode, readonly [name: string, about: string]>> = {
  select: ['Select', 'A click selects, dragging pans (key 1)'],
  pan: ['Pan', 'Dragging pans (key 2)'],
  zoom: ['Zoom', 'Dragging up and down zooms (key 3)'],
  measure: ['Measure', 'Dragging measures a range of time (key 4)'],
};

interface ToolbarProps {
  /** Opens a file that is chosen. */
  readonly onOpen: (file: File | undefined) => void;
}

/** What dragging does: one stop of the Tab key, in which arrows choose, as in any group of radio buttons. */
function Modes(): VNode {
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = (modes.indexOf(mode.value) + by + modes.length) % modes.length;
    mode.value = modes[to]!;
    (event.currentTarget.children[to] as HTMLElement).focus();
  };
  return (
    <div class="modes" role="radiogroup" aria-label="What dragging does" onKeyDown={onKeyDown}>
      {modes.map((each) => (
        // biome-ignore lint/a11y/useSemanticElements: an input would take the letters that are keys of the page
        <button
          key={each}
          type="button"
          role="radio"
          title={titles[each][1]}
          aria-checked={mode.value === each}
          tabIndex={mode.value === each ? 0 : -1}
          onClick={(event) => {
            mode.value = each;
            // After a click of a pointer, arrows pan as before.
            if (event.detail > 0) event.currentTarget.blur();
          }}
        >
          {titles[each][0]}
        </button>
      ))}
    </div>
  );
}

export function Toolbar({ onOpen }: ToolbarProps): VNode {
  const { hidden, isWallTime } = chosen.value;
  const middle = size.value.width / 2;
  return (
    <div class="toolbar">
      <Modes />
      <button type="button" title="Zoom out (key s)" aria-label="Zoom out" onClick={() => zoomAt(middle, 1 / ZOOM)}>
        −
      </button>
      <button type="button" title="Zoom in (key w)" aria-label="Zoom in" onClick={() => zoomAt(middle, ZOOM)}>
        +
      </button>
      <button type="button" title="The whole trace (key 0)" onClick={() => choose({ range: undefined })}>
        Whole
      </button>
      {progress.value?.beganMs !== undefined && (
        <button
          type="button"
          title="Times of day on the axis (key c)"
          aria-pressed={isWallTime}
          onClick={() => choose({ isWallTime: !isWallTime })}
        >
          Clock
        </button>
      )}
      {hidden.length > 0 && (
        <button type="button" title="Show what is hidden (key H)" onClick={showHidden}>
          {`${hidden.length} hidden: show`}
        </button>
      )}
      <SaveButtons />
      <button
        type="button"
        title="Keys, and what is in the picture (key ?)"
        aria-haspopup="dialog"
        onClick={() => {
          showsHelp.value = true;
        }}
      >
        Help
      </button>
      <label class="choose">
        Open…
        <input
          class="unseen"
          type="file"
          aria-label="Open a trace"
          onChange={(event) => onOpen(event.currentTarget.files?.[0])}
        />
      </label>
    </div>
  );
}
