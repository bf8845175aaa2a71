// Occupancy: what runs on each of some places, Ps or threads, as a track per place. A goroutine keeps its place from its start until it
// leaves its P.

import { CALLING, EXECUTION } from '../../trace/analysis/activity.js';
import { resized } from '../../trace/columns.js';
import type { Bodies } from './bodies.js';
import { bodyClass, IDLE, IN_CALL } from './classes.js';
import { Track } from './track.js';

/** The track of all places at which nothing has run: a broken file may claim a million of them. */
const NOTHING = new Track('one');

/** The tracks of some places, while the moves of goroutines are visited in order. */
export class Occupancy {
  /** By place. Broken and strange files may name other places: they have no track. */
  readonly tracks: Track[] = [];
  readonly #bodies: Bodies;
  /** By goroutine: the place that it runs on. */
  #runsOn = new Int32Array(64);

  constructor(bodies: Bodies) {
    this.#bodies = bodies;
  }

  /** Makes room for so many places and goroutines. */
  reserve(places: number, goroutines: number): void {
    while (this.tracks.length < places) this.tracks.push(NOTHING);
    if (this.#runsOn.length < goroutines) {
      this.#runsOn = resized(this.#runsOn, Math.max(goroutines, 2 * this.#runsOn.length));
    }
  }

  /**
   * Takes a move of goroutine `g`, with event `e`.
   * @param place where the event happened
   * @param from, to activities
   */
  take(e: number, time: number, g: number, place: number, from: number, to: number): void {
    const ran = from === EXECUTION || from === CALLING;
    const runs = to === EXECUTION || to === CALLING;
    if (!ran && !runs) return;
    if (!ran) this.#runsOn[g] = place;
    const track = this.#trackOf(this.#runsOn[g]!);
    if (track === undefined) return;
    const before = track.length === 0 ? IDLE : track.classAfter(track.length - 1);
    const { list, of } = this.#bodies;
    const now = !runs ? IDLE : to === CALLING ? IN_CALL : bodyClass(list[of[g]!]!.rank);
    track.add(e, time, (before << 4) | now);
  }

  #trackOf(place: number): Track | undefined {
    if (this.tracks[place] === NOTHING) this.tracks[place] = new Track('one');
    return this.tracks[place];
  }

  /** Says that there are no more moves: gives back what growing has taken in advance. */
  finish(): void {
    for (const track of this.tracks) track.trim();
    this.#runsOn = new Int32Array(0);
  }
}
