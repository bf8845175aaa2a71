// Tables of the panel: names with values, and rows of figures.

import type { VNode } from 'preact';
import type { RowReport } from '../../timeline/rowreports.js';

/** Names and values; those without a value are left out. */
export function Facts({ label, facts }: { readonly label: string; readonly facts: RowReport['facts'] }): VNode {
  return (
    <table class="facts" aria-label={label}>
      <tbody>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value], k) => (
            <tr key={k}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table with a heading, whose first column has names. */
export function Table({ label, heads, rows }: TableProps): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section class="scrolled" aria-label={label} tabIndex={0}>
      <h3>{label}</h3>
      <table class="sums" aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], k) => (
            <tr key={k}>
              <th scope="row">{first}</th>
              {rest.map((cell, c) => (
                <td key={c}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A share, to a tenth of a percent. */
export function percent(part: number, all: number): string {
  return all > 0 ? `${((100 * part) / all).toFixed(1)}%` : '';
}
