// Profiles in pprof's format: reading and writing files, and the model that reports are made from.

export {
  type Func,
  type Line,
  type Location,
  type Mapping,
  type NumLabel,
  type Profile,
  ProfileError,
  type Sample,
  type ValueType,
  type Word,
} from './profile.js';
export { encodeProfile } from './proto.js';
export { readProfile, readProfileFile } from './read.js';
