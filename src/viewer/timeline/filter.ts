// Filtered tracks: the changes of a track that a query leaves over, where what does not match is in no class.

import { goroutineOf } from '../../trace/analysis/activity.js';
import { isMatch, type Matches } from './matches.js';
import type { Timeline } from './model.js';
import { Track } from './track.js';

/** Makes the tracks of what matches, each once. */
export class Filter {
  readonly #timeline: Timeline;
  readonly #matches: Pick<Matches, 'bits'>;
  readonly #made = new WeakMap<Track, Track>();
  /** By goroutine: 1 if its last span matches; 0 between two calls. */
  readonly #matched: Uint8Array;

  constructor(timeline: Timeline, matches: Pick<Matches, 'bits'>) {
    this.#timeline = timeline;
    this.#matches = matches;
    this.#matched = new Uint8Array(timeline.trace.goroutines.length);
  }

  /** True if the span that an event begins matches. */
  has(event: number): boolean {
    return isMatch(this.#matches, event);
  }

  /** The track of what matches of another one. */
  of(track: Track): Track {
    let made = this.#made.get(track);
    if (made === undefined) {
      made = this.#make(track);
      this.#made.set(track, made);
    }
    return made;
  }

  #make(track: Track): Track {
    const { events } = this.#timeline.trace;
    const matched = this.#matched;
    const matching = new Track();
    for (let i = 0; i < track.length; i++) {
      const e = track.event(i);
      const code = track.codes[track.isByEvent ? e : i]!;
      if (code === 0) continue;
      const g = goroutineOf(events, e);
      const from = matched[g] === 1 ? code >> 4 : 0;
      const is = isMatch(this.#matches, e);
      matched[g] = Number(is);
      const to = is ? code & 15 : 0;
      if (from !== to) matching.add(e, events.ts[e]!, (from << 4) | to);
    }
    for (let i = 0; i < track.length; i++) matched[goroutineOf(events, track.event(i))] = 0;
    matching.trim();
    return matching;
  }
}
