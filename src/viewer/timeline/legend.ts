// The legend of a picture: the colours that are in it, with what they stand for.

import type { Bodies } from './bodies.js';
import { activityClasses, bodyClass, type Class, cssColour, procClasses } from './classes.js';
import type { Means } from './paint.js';
import { withoutPath } from './rowlabels.js';

/** A colour of the picture, and what it stands for. */
export interface LegendEntry {
  readonly name: string;
  /** The letter that stands for it on short spans; '' for none. */
  readonly letter: string;
  /** As CSS has it. */
  readonly colour: string;
}

/** Names of bodies that are told for one colour; there are fewer colours than bodies. */
const MOST_NAMES = 3;

/** Notes the classes that are painted. */
export class Legend {
  readonly #bodies: Bodies;
  readonly #isDark: boolean;
  readonly #seen = new Map<readonly Class[], Set<number>>([
    [activityClasses, new Set()],
    [procClasses, new Set()],
  ]);

  constructor(bodies: Bodies, isDark: boolean) {
    this.#bodies = bodies;
    this.#isDark = isDark;
  }

  /** Notes which classes of a row can be seen; those of other lists are not in the legend. */
  see({ all, used }: Means, classes: readonly Class[], width: number): void {
    const seen = this.#seen.get(classes);
    if (seen === undefined) return;
    for (const c of used) {
      if (c === 0 || seen.has(c)) continue;
      for (let x = c * width; x < (c + 1) * width; x++) {
        if (all[x] === 0) continue;
        seen.add(c);
        break;
      }
    }
  }

  entries(): LegendEntry[] {
    const list = [...this.#seen].flatMap(([classes, seen]) =>
      [...seen]
        .sort((a, b) => a - b)
        .map((c) => {
          const of = classes[c]!;
          return { name: of.name || this.#bodiesOf(c), letter: of.letter, colour: cssColour(of, this.#isDark) };
        }),
    );
    // A system call has the same colour on a P as in a goroutine.
    return list.filter(({ name }, k) => list.findIndex((each) => each.name === name) === k);
  }

  /** The names of the bodies that have a class on Ps. */
  #bodiesOf(c: number): string {
    const names = this.#bodies.list.flatMap(({ name, rank }) => (bodyClass(rank) === c ? withoutPath(name) : []));
    const rest = names.length - MOST_NAMES;
    return `${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  }
}
