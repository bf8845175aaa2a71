// The commands besides rendering, which has no name of its own: what help says of them, in its order.

export const commandList = [
  { name: 'run', usage: 'run FILE.js [args]', about: 'runs a program' },
  { name: 'examples', usage: 'examples', about: 'lists programs that run finds by name' },
  { name: 'trace', usage: 'trace [flags] FILE', about: 'says what is in a trace' },
  { name: 'trace diff', usage: 'trace diff A B', about: 'compares two traces' },
  { name: 'pprof', usage: 'pprof [flags] FILE', about: 'says what is in a profile' },
  { name: 'compare', usage: 'compare [modes]', about: 'what the modes cost' },
  { name: 'scale', usage: 'scale [flags]', about: 'how a mode scales, simulated' },
  { name: 'web', usage: 'web [flags]', about: 'serves pictures over HTTP' },
  { name: 'explore', usage: 'explore FILE.js', about: 'finds schedules that go wrong' },
  { name: 'load', usage: 'load [flags] URL', about: 'puts a server under load' },
  { name: 'calibrate', usage: 'calibrate [flags]', about: 'measures what things cost here, for -machine' },
] as const;

export type CommandName = (typeof commandList)[number]['name'];

/** Words that main() answers itself. */
export const wordList = [
  { name: 'help', usage: 'help [command]', about: 'what a command does, and its flags' },
  { name: 'version', usage: 'version', about: 'the version' },
] as const;
