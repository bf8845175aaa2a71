#!/usr/bin/env node
// The command: starts threads before anything else, because a thread takes as long to come up as all the rest together.

import module from 'node:module';

// V8 keeps compiled code for the next time, where Node can do that (22.8 and later); each thread has to ask.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const argv = process.argv.slice(2);
// Reading a trace or a profile takes no threads, nor does asking a server; simulating takes one of its own, and the runs of a
// comparison bring theirs, as does a service. What is no command is answered in one line.
const starts = argv[0] === undefined || argv[0] === 'run' || argv[0].startsWith('-');
const threads = !starts ? undefined : await import('./terminal/warmup.js');
threads?.warmUp(argv);
const { main } = await import('./commands/main.js');
process.exitCode = await main(argv);
await threads?.coolDown();
// After Ctrl-C at once: while Node takes itself down in its own time, another signal would end the process in the system's way.
if (process.exitCode === 130) process.exit();
