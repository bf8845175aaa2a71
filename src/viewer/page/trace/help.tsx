// The sheet of help: keys, what the pointer does, and what the picture shows.

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { activities } from '../../../trace/analysis/activity.js';
import { activityClasses, cssColour } from '../../timeline/classes.js';
import { activityWords } from '../../timeline/words.js';
import { keyName, topics } from './keys.js';
import { isDark, showsHelp } from './state.js';
import { Facts } from './tables.js';

/** What the pointer does, by where it is. */
const pointers: readonly (readonly [what: string, does: string])[] = [
  ['click on the picture', 'selects the span there, or tells what the row shows then'],
  ['double click', 'selects the span, and shows it in the whole width'],
  ['drag on the picture', 'pans; or zooms or measures, as the tools say'],
  ['drag on the axis', 'measures a range of time; a click ends measuring'],
  ['drag on the overview', 'moves the part that is shown; with shift it chooses one'],
  ['wheel', 'scrolls the rows; with shift it pans; with ctrl it zooms'],
  ['wheel on the axis or the overview', 'zooms'],
  ['one finger', 'a tap is a click, and moving it is dragging'],
  ['two fingers', 'zoom and pan'],
  ['right click on the name of a row', 'opens the menu of the row, as its three dots do'],
];

export function Help(): VNode | null {
  return showsHelp.value ? <Sheet /> : null;
}

function Sheet(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const sheet = dialog.current!;
    sheet.showModal();
    // A dialog that is closed gives the focus back; one that is only removed does not.
    return () => sheet.close();
  }, []);
  const close = () => {
    showsHelp.value = false;
  };
  return (
    <dialog class="help" ref={dialog} aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">Help</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="sheet" tabIndex={0}>
        <section>
          {topics.map(({ title, keys }) => (
            <section key={title}>
              <h3>{title}</h3>
              <table class="keys" aria-label={title}>
                <tbody>
                  {keys.map(({ keys: names, about }) => (
                    <tr key={about}>
                      <th scope="row">
                        {names.map((name) => (
                          <kbd key={name}>{keyName(name)}</kbd>
                        ))}
                      </th>
                      <td>{about}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ))}
        </section>
        <section>
          <h3>Pointer and fingers</h3>
          <Facts label="Pointer and fingers" facts={pointers} />
          <h3>Colours of goroutines</h3>
          <table aria-label="Colours of goroutines">
            <thead>
              <tr>
                <th scope="col">Activity</th>
                <th scope="col">from</th>
                <th scope="col">to</th>
              </tr>
            </thead>
            <tbody>
              {activityWords.map(({ activity, word, from, to }) => (
                <tr key={activity}>
                  <th scope="row">
                    <Swatch activity={activities.indexOf(activity)} word={word} />
                  </th>
                  <td>{from}</td>
                  <td>{to}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>
            A pixel has the colours of all that happens in its time, each with its exact share. What a row is, is on its
            label; the figure there is the share in which a P is busy, or the number at the top of the row.
          </p>
        </section>
      </div>
    </dialog>
  );
}

/** A piece of a colour, with the letter and the name of its activity, and its word in the summary if that is another one. */
function Swatch({ activity, word }: { readonly activity: number; readonly word: string }): VNode {
  const of = activityClasses[activity]!;
  return (
    <>
      <span class="swatch" style={{ background: cssColour(of, isDark.value) }} />
      {` ${of.letter} ${of.name}${word === of.name ? '' : ` (${word})`}`}
    </>
  );
}
