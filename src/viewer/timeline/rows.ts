// The rows of the time line: groups that open, rows that open (a body's goroutines), pinned ones on top, hidden ones left out. There
// may be millions, so rows are counted in blocks of equal height and found by number; no list of them is made.

/** What a row shows. `n` in a Row says which one. */
export type RowKind =
  | 'group'
  | 'ps'
  | 'counts'
  | 'heap'
  | 'threadcounts'
  | 'gc'
  | 'stw'
  | 'network'
  | 'timers'
  | 'syscalls'
  | 'proc'
  | 'thread'
  | 'body'
  | 'goroutine'
  | 'task'
  | 'object';

/** A row: a kind, and which of its kind. */
export interface Row {
  readonly kind: RowKind;
  /** Index of the group, number of the P, index of the thread, body, goroutine, task or object; 0 for others. */
  readonly n: number;
}

/** Groups of rows, in the order in which they are shown unless the reader moves them. */
export const groups = [
  {
    id: 'statistics',
    title: 'Statistics',
    about: 'how many goroutines there are, by what they do; the heap; threads',
    kinds: ['counts', 'heap', 'threadcounts'],
  },
  {
    id: 'runtime',
    title: 'Runtime',
    about: 'collections, stopped worlds, and what timers, network and system calls wake',
    kinds: ['gc', 'stw', 'network', 'timers', 'syscalls'],
  },
  { id: 'procs', title: 'Ps', about: 'what each P runs', kinds: ['proc'] },
  { id: 'threads', title: 'Threads', about: 'what each thread of the operating system runs', kinds: ['thread'] },
  {
    id: 'bodies',
    title: 'Bodies',
    about: 'how many goroutines of each function there are, by what they do',
    kinds: ['body'],
  },
  { id: 'goroutines', title: 'Goroutines', about: 'what each goroutine does', kinds: ['goroutine'] },
  { id: 'tasks', title: 'Tasks', about: 'tasks of the program, with their regions', kinds: ['task'] },
  {
    id: 'objects',
    title: 'Objects',
    about: 'how many goroutines wait for each channel, lock and timer',
    kinds: ['object'],
  },
] as const satisfies readonly {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Kinds of its rows. */
  readonly kinds: readonly RowKind[];
}[];
export type GroupId = (typeof groups)[number]['id'];

/** What of the rows the reader has chosen: parts of the address. */
export interface Choice {
  /** Keys of groups and rows that are open, or closed if they are open by default. */
  readonly toggled: ReadonlySet<string>;
  readonly pinned: readonly string[];
  readonly hidden: ReadonlySet<string>;
  /** Ids of groups that stand first, in this order. */
  readonly order: readonly string[];
}

/** The rows that a trace has. */
export interface Source {
  /** True if a group has rows. */
  has(group: GroupId): boolean;
  /** Number of rows of a group, and the row at a place. */
  countOf(group: GroupId): number;
  rowOf(group: GroupId, place: number): Row;
  /** Goroutines of a body, in the order of the table. */
  membersOf(body: number): Uint32Array;
  /** A name for a row that stays the same when the trace is read again, and the row that has it. */
  keyOf(row: Row): string;
  rowWith(key: string): Row | undefined;
}

/** Groups that are open unless the reader closes them. */
const OPEN: readonly string[] = ['statistics', 'runtime', 'procs', 'bodies'];

/** Heights in CSS pixels. */
const heights: Readonly<Partial<Record<RowKind, number>>> = {
  group: 24,
  counts: 56,
  heap: 44,
  threadcounts: 30,
  body: 36,
  object: 28,
  goroutine: 20,
  gc: 16,
  stw: 16,
  network: 16,
  timers: 16,
  syscalls: 16,
};
const USUAL = 22;

const heightOf = (kind: RowKind): number => heights[kind] ?? USUAL;

/** A row in the picture. */
export interface PlacedRow extends Row {
  readonly key: string;
  /** Top, from the beginning of all rows, and height, in CSS pixels. */
  readonly top: number;
  readonly height: number;
  readonly depth: number;
  /** Whether it is open; undefined if there is nothing in it. */
  readonly isOpen: boolean | undefined;
}

/** The group that a row is in, or is; goroutines under their body are in that of the bodies. */
export function groupOf({ kind, n, depth }: Pick<PlacedRow, 'kind' | 'n' | 'depth'>): GroupId | undefined {
  if (kind === 'group') return groups[n]!.id;
  if (depth === 2) return 'bodies';
  return groups.find(({ kinds }) => (kinds as readonly RowKind[]).includes(kind))?.id;
}

/** Rows of one kind, one after the other. */
interface Block {
  readonly top: number;
  readonly count: number;
  readonly height: number;
  readonly depth: number;
  rowAt(k: number): Row;
}

/** The rows as they are laid out, for one choice. */
export class Layout {
  readonly #source: Source;
  readonly #choice: Choice;
  readonly #blocks: Block[] = [];
  /** Height of all rows. */
  height = 0;
  /** Number of rows. */
  count = 0;
  /** The groups that are shown, in their order. */
  readonly groups: GroupId[] = [];
  /** The pinned rows; their tops count from 0. */
  readonly pinned: readonly PlacedRow[];
  readonly pinnedHeight: number;

  constructor(source: Source, choice: Choice) {
    this.#source = source;
    this.#choice = choice;
    let top = 0;
    this.pinned = choice.pinned.flatMap((key) => {
      const row = source.rowWith(key);
      if (row === undefined) return [];
      const placed = this.#placed(row, top, heightOf(row.kind), 0);
      top += placed.height;
      return placed;
    });
    this.pinnedHeight = top;
    const ids = groups.map(({ id }) => id);
    const isGroup = (id: string): id is GroupId => ids.includes(id as GroupId);
    const first = choice.order.filter(isGroup);
    for (const id of [...first, ...ids.filter((each) => !first.includes(each))]) this.#addGroup(id);
  }

  /** True if a group or a row with this key is open. */
  isOpen(key: string): boolean {
    return OPEN.includes(key) !== this.#choice.toggled.has(key);
  }

  #addGroup(id: GroupId): void {
    if (!this.#source.has(id) || this.#choice.hidden.has(id)) return;
    this.groups.push(id);
    const n = groups.findIndex((group) => group.id === id);
    this.#add(1, 'group', 0, () => ({ kind: 'group', n }));
    if (!this.isOpen(id)) return;
    const count = this.#source.countOf(id);
    // Rows of one kind stay together; a body that is open is followed by its goroutines.
    let from = 0;
    const flush = (to: number) => {
      if (to > from) {
        const begin = from;
        this.#add(to - begin, this.#source.rowOf(id, begin).kind, 1, (k) => this.#source.rowOf(id, begin + k));
      }
      from = to;
    };
    if (id === 'goroutines' && ![...this.#choice.hidden].some((key) => /^g\d/.test(key))) {
      flush(count);
      return;
    }
    const { hidden } = this.#choice;
    for (let place = 0; place < count; place++) {
      const row = this.#source.rowOf(id, place);
      if (place > from && row.kind !== this.#source.rowOf(id, place - 1).kind) flush(place);
      const key = hidden.size > 0 || id === 'bodies' ? this.#source.keyOf(row) : '';
      if (hidden.has(key)) {
        flush(place);
        from = place + 1;
      } else if (id === 'bodies' && this.isOpen(key)) {
        flush(place + 1);
        const members = this.#source.membersOf(row.n);
        this.#add(members.length, 'goroutine', 2, (k) => ({ kind: 'goroutine', n: members[k]! }));
      }
    }
    flush(count);
  }

  #add(count: number, kind: RowKind, depth: number, rowAt: (k: number) => Row): void {
    const height = heightOf(kind);
    this.#blocks.push({ top: this.height, count, height, depth, rowAt });
    this.height += count * height;
    this.count += count;
  }

  /** The rows that are at least partly between two heights. */
  between(top: number, bottom: number): PlacedRow[] {
    const rows: PlacedRow[] = [];
    for (let b = this.#blockAt(top); b < this.#blocks.length; b++) {
      const block = this.#blocks[b]!;
      if (block.top >= bottom) break;
      const first = Math.max(0, Math.floor((top - block.top) / block.height));
      for (let k = first; k < block.count; k++) {
        const y = block.top + k * block.height;
        if (y >= bottom) break;
        rows.push(this.#placed(block.rowAt(k), y, block.height, block.depth));
      }
    }
    return rows;
  }

  /**
   * The top of the row with a key, if it is shown. A search through all rows of its group.
   *
   * @param near of those of a goroutine that has several rows, the one that is closest to this height
   */
  topOf(key: string, near = 0): number | undefined {
    const wanted = this.#source.rowWith(key);
    if (wanted === undefined) return undefined;
    let found: number | undefined;
    for (const block of this.#blocks) {
      if (block.count === 0 || block.rowAt(0).kind !== wanted.kind) continue;
      for (let k = 0; k < block.count; k++) {
        if (block.rowAt(k).n !== wanted.n) continue;
        const top = block.top + k * block.height;
        if (found === undefined || Math.abs(top - near) < Math.abs(found - near)) found = top;
      }
    }
    return found;
  }

  /** The row below that with a key (by is 1), or above it (-1), if there is one. If it is not shown, the row at height `near`. */
  neighbour(key: string, by: 1 | -1, near: number): PlacedRow | undefined {
    const rowAt = (y: number) => (y < 0 ? undefined : this.between(y, y + 1)[0]);
    const here = rowAt(near);
    // From row to row there is no need to search.
    const top = here?.key === key ? here.top : this.topOf(key, near);
    if (top === undefined) return here;
    return rowAt(by < 0 ? top - 1 : top + rowAt(top)!.height);
  }

  /** The last block that begins at or above a height. */
  #blockAt(y: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks[middle]!.top <= y) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #placed(row: Row, top: number, height: number, depth: number): PlacedRow {
    const key = this.#source.keyOf(row);
    const opens = row.kind === 'group' || row.kind === 'body';
    return { ...row, key, top, height, depth, isOpen: opens ? this.isOpen(key) : undefined };
  }
}
