// The views that show some functions: their callers and callees as the report has them, and their source, with what was found
// in each line: the more, the stronger its colour.

import type { ComponentChildren, TargetedSubmitEvent, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LineData, ListingData, PeekData, SourceData, TopData } from '../../server/data.js';
import { ask } from '../shared/ask.js';
import { exactly, type Page, partOf, type View } from './view.js';

export const peekView: View = {
  id: 'peek',
  title: 'Peek',
  async load(page) {
    const func = await chosenFunction(page);
    const data = func === '' ? undefined : await askFor<PeekData>('data/peek', page, func);
    return (
      <FunctionView page={page} func={func} about="who calls it and whom it calls">
        {data && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a name for what has the focus
          <pre tabIndex={0} aria-label="Callers and callees">
            {data.text}
          </pre>
        )}
      </FunctionView>
    );
  },
};

export const sourceView: View = {
  id: 'source',
  title: 'Source',
  async load(page) {
    const func = await chosenFunction(page);
    const data = func === '' ? undefined : await askFor<SourceData>('data/source', page, func);
    return (
      <FunctionView page={page} func={func} about="its source, with what its lines took">
        {data && <Listings {...data} />}
      </FunctionView>
    );
  },
};

function askFor<T>(path: string, { state, signal }: Page, func: string): Promise<T> {
  return ask<T>(path, { ...partOf(state), func }, signal);
}

/** The functions that are asked for: without a pattern the first of the table, so that a view is not empty; '' if it has none. */
async function chosenFunction({ state, signal }: Page): Promise<string> {
  if (state.func !== '') return state.func;
  const { rows } = await ask<TopData>('data/top', { ...partOf(state), sort: '' }, signal);
  return rows[0] === undefined ? '' : exactly(rows[0].name);
}

interface FunctionViewProps {
  readonly page: Page;
  readonly func: string;
  /** What one sees of a function, for a hint where there is none to show. */
  readonly about: string;
  readonly children: ComponentChildren;
}

/** The field for `func`, and what is shown of it. */
function FunctionView({ page, func, about, children }: FunctionViewProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // Not if the focus is on a tab: arrows continue from there.
    if (func === '' && document.activeElement === document.body) field.current!.focus();
  }, [func]);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    page.go({ func: field.current!.value });
  };
  return (
    <>
      <form class="tools" autocomplete="off" spellcheck={false} onSubmit={submit}>
        <label>
          {'Function '}
          <input id="func" name="func" size={40} maxLength={1000} value={func} ref={field} />
        </label>
      </form>
      {children ?? <p class="about">{`Type a function's name, or a regular expression, to see ${about}.`}</p>}
    </>
  );
}

function Listings({ listings, more }: SourceData): VNode {
  return (
    <>
      {listings.map((listing, k) => (
        <Listing key={k} {...listing} />
      ))}
      {more > 0 && <p class="about">{`${more} more functions match.`}</p>}
    </>
  );
}

function Listing({ name, file, flat, cum, cumPercent, error, lines }: ListingData): VNode {
  const sums = `${flat} in itself, ${cum} (${cumPercent}) with what it calls`;
  return (
    <section class="source">
      <h2>{name}</h2>
      <p class="about">{[file, sums, error].filter((part) => part !== '').join(' · ')}</p>
      {lines.length > 0 && (
        <table aria-label={name}>
          <thead>
            <tr>
              {['Flat', 'Cum', 'Line', 'Source'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.line} {...line} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Line({ line, text, flat, cum, part }: LineData): VNode {
  // From 8 %, so that a line with little is seen as well.
  const heat = cum === '' ? undefined : { '--heat': `${Math.round(8 + 42 * Math.sqrt(part))}%` };
  return (
    <tr style={heat}>
      <td>{flat}</td>
      <td>{cum}</td>
      <td>{line}</td>
      <td>{text}</td>
    </tr>
  );
}
