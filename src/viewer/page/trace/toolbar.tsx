// The tools: what dragging does, zooming, the clock, what is hidden, help. Each has a key as well; fingers have no keys.

import type { VNode } from 'preact';
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

export function Toolbar({ onOpen }: ToolbarProps): VNode {
  const { hidden, isWallTime } = chosen.value;
  const middle = size.value.width / 2;
  return (
    <div class="toolbar" role="toolbar" aria-label="Time line">
      <fieldset class="modes" aria-label="What dragging does">
        {modes.map((each) => (
          <button
            key={each}
            type="button"
            title={titles[each][1]}
            aria-pressed={mode.value === each}
            onClick={() => {
              mode.value = each;
            }}
          >
            {titles[each][0]}
          </button>
        ))}
      </fieldset>
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
