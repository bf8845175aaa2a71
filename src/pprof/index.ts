// Profiles in pprof's format: reading and writing them, and the model that reports are made of.

export * from './profile.js';
export { ProfileError } from './profile.js';
export { encodeProfile } from './proto.js';
export { readProfile, readProfileFile } from './read.js';
