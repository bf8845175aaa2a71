// The text of `mandel trace -critical`: what the critical path of a trace consists of, how much of it is hand-off, and its longest
// pieces.

import { foldLine } from '../../lib/lines.js';
import { count, plural } from '../../lib/numbers.js';
import { percent, table, time } from '../../terminal/text.js';
import { type CriticalPath, criticalPath, type PieceKind } from '../../trace/analysis/criticalpath.js';
import { longestPieces, type PathRow, type Piece, pathSummary, pieceName } from '../../trace/analysis/pathsummary.js';
import { eventName } from '../../trace/event.js';
import type { Trace } from '../../trace/model.js';

/** Most rows of the table, and most single pieces: more than a person reads. -json has all rows. */
const MAX_ROWS = 20;
const LONGEST = 10;
const JSON_LONGEST = 100;
/** Columns of the table: 80 together, with a space between two, and the indent. */
const widths = [46, 10, 8, 11];

/** The critical path for a terminal of so many columns. */
export function criticalText(file: string, trace: Trace, columns: number): string {
  const path = criticalPath(trace);
  const { durationNs, pieces, handoffNs, handoffs, rows } = pathSummary(trace, path);
  const share = (ns: number) => percent(durationNs > 0 ? ns / durationNs : 0);
  const shown = rows.slice(0, MAX_ROWS);
  const rest = rows.slice(MAX_ROWS);
  const sum = (of: (row: PathRow) => number) => rest.reduce((all, row) => all + of(row), 0);
  const row = (name: string, ns: number, n: number) => [name, time(ns), share(ns), count(n)];
  const others = plural(rest.length, 'other row');
  return (
    `${file}: critical path of ${time(durationNs, 4)} in ${plural(pieces, 'piece')}\n` +
    `Hand-off between goroutines: ${time(handoffNs)}, ${share(handoffNs)}, ${plural(handoffs, 'time')}\n\n` +
    table([['What', 'time', 'share', 'pieces']], widths, '') +
    table(
      [
        ...shown.map(({ body, kind, ns, count: n }) => row(shortened(pieceName(kind, body)), ns, n)),
        ...(rest.length > 0
          ? [
              row(
                others,
                sum(({ ns }) => ns),
                sum(({ count: n }) => n),
              ),
            ]
          : []),
      ],
      widths.with(0, widths[0]! - 2),
    ) +
    longest(trace, path, columns)
  );
}

/** A name in the first column: of a long one the end, which tells bodies apart. */
function shortened(name: string): string {
  const most = widths[0]! - 2;
  if (name.length <= most) return name;
  const [kind = '', body = ''] = name.split(' of ');
  return `${kind} of …${body.slice(-(most - kind.length - 5))}`;
}

function longest(trace: Trace, path: CriticalPath, columns: number): string {
  const pieces = longestPieces(trace, path, LONGEST);
  if (pieces.length === 0) return '';
  const line = (piece: Piece) => `${foldLine(pieceText(trace, piece), columns, 13)}\n`;
  return `\nLongest pieces\n${pieces.map(line).join('')}`;
}

/** A piece as `  45.6ms from 1.23s: execution of main.worker, goroutine 7 on P 1, up to main.worker main.go:12`. */
function pieceText({ goroutines }: Trace, { kind, fromNs, toNs, g, body, p, at }: Piece): string {
  const who = g === 0 ? '' : `, goroutine ${goroutines.id[g]}${p < 0 ? '' : ` on P ${p}`}`;
  const where = at === '' ? '' : `, ${places[kind] ?? 'at'} ${at}`;
  return `  ${time(toNs - fromNs).padStart(8)} at ${time(fromNs)}: ${pieceName(kind, body)}${who}${where}`;
}

/** What the place of a piece is. */
const places: Readonly<Partial<Record<PieceKind, string>>> = {
  execution: 'up to',
  'wake-up': 'by',
  scheduling: 'after',
};

/** The critical path as JSON, with the goroutines of the longest pieces by number. */
export function criticalJson(file: string, trace: Trace): string {
  const path = criticalPath(trace);
  const { type } = trace.events;
  const event = (e: number) => (e < 0 ? null : { number: e, type: eventName(type[e]!) });
  const longest = longestPieces(trace, path, JSON_LONGEST).map(({ g, p, begin, end, ...piece }) => ({
    ...piece,
    g: g === 0 ? null : trace.goroutines.id[g]!,
    p: p < 0 ? null : p,
    begin: event(begin),
    end: event(end),
  }));
  return `${JSON.stringify({ file, ...pathSummary(trace, path), longest }, null, 2)}\n`;
}
