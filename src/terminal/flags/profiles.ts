// The flags of the commands that run something for its profiles: -cpuprofile and the like, as go test has them.

import type { ProfileKind, RawProfile, RunOptions } from '../../runtime/start.js';
import type { Command } from '../commander.js';
import { type Output, openOutput, refuseTerminal } from '../output.js';
import { BadUsage } from '../usage.js';

export interface ProfileFlags {
  readonly cpuprofile?: string;
  readonly memprofile?: string;
  readonly blockprofile?: string;
  readonly mutexprofile?: string;
  readonly goroutineprofile?: string;
}

/** The profile that each flag asks for. Of memory that is what was allocated: little is alive when a program ends. */
const kinds: Readonly<Record<keyof ProfileFlags, ProfileKind>> = {
  cpuprofile: 'cpu',
  memprofile: 'allocs',
  blockprofile: 'block',
  mutexprofile: 'mutex',
  goroutineprofile: 'goroutine',
};
/** Their names, without the dash. */
export const profileFlagNames = Object.keys(kinds) as (keyof ProfileFlags)[];

/** Adds the flags to a command. */
export function profileOptions(command: Command): Command {
  return command
    .option('--cpuprofile <file>', 'write a CPU profile of the run, for mandel pprof and go tool pprof')
    .option('--memprofile <file>', 'the same of what it allocates')
    .option('--blockprofile <file>', 'the same of where goroutines wait')
    .option('--mutexprofile <file>', 'the same of who lets others wait for a mutex')
    .option('--goroutineprofile <file>', 'the same of the goroutines that there are when it ends');
}

/** The profiles of a run, from before it begins until its files are in their places. */
export interface OpenProfiles {
  /** What to say to the run. */
  readonly options: Pick<RunOptions, 'profiles' | 'onProfile'>;
  /** Leaves nothing behind that is not whole. */
  discard(): void;
}

/**
 * Makes sure that the files can be written that the flags ask for.
 * @throws BadUsage; Error in one line
 */
export function openProfiles(flags: ProfileFlags & { readonly engine: string }): OpenProfiles {
  const asked = profileFlagNames.filter((name) => flags[name] !== undefined);
  if (asked[0] !== undefined && flags.engine === 'sim') {
    throw new BadUsage(`-${asked[0]}: expected -engine threads with it, got -engine sim, where time is virtual`);
  }
  const outputs = new Map<ProfileKind, Output>();
  const discard = () => {
    for (const output of outputs.values()) output.discard();
  };
  const profiles: Partial<Record<ProfileKind, string>> = {};
  try {
    for (const name of asked) {
      if (flags[name] === '-') refuseTerminal(`-${name} -`, 'a profile');
      const output = openOutput(flags[name]!, name);
      outputs.set(kinds[name], output);
      profiles[kinds[name]] = output.path;
    }
  } catch (error) {
    discard();
    throw error;
  }
  // Most runs are not profiled. Where one is, this is loaded while it goes on.
  const load = () => import('../../profile/write.js');
  const loading = asked.length > 0 ? load() : undefined;
  const onProfile = async (raw: RawProfile) => {
    const { profileBytes, sayMissing, writeProfile } = await (loading ?? load());
    const output = outputs.get(raw.kind);
    if (output?.path !== raw.path) {
      writeProfile(raw); // the program's own
      return;
    }
    output.write(profileBytes(raw));
    const name = asked.find((each) => kinds[each] === raw.kind)!;
    sayMissing(`mandel: -${name} ${flags[name]}`, raw);
  };
  return { options: { profiles, onProfile }, discard };
}
