// Profiles of programs: begun by a program itself, written when they are complete, and taken from a run that goes on.

export { enableProfiles, type LiveOptions, liveGoroutines, liveProfile } from './live.js';
export type { ProfileMode } from './modes.js';
export { type ProfileOptions, type Stop, start } from './start.js';
export { profileBytes, writeProfile } from './write.js';
