// Profiles of programs: begun by the program itself, written to files, and taken from a run in progress.

export { enableProfiles, type LiveOptions, liveGoroutines, liveProfile } from './live.js';
export type { ProfileMode } from './modes.js';
export { type ProfileOptions, type Stop, start } from './start.js';
export { profileBytes, writeProfile } from './write.js';
