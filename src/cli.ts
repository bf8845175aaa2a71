#!/usr/bin/env node
// The command: starts threads before anything else, because a thread takes as long to come up as all the rest together.

const argv = process.argv.slice(2);
// Reading a trace takes no threads, and nothing of what starts them; what runs programs many times brings its own.
const threadless = ['trace', 'compare', 'scale', 'explore'];
const threads = threadless.includes(argv[0] ?? '') ? undefined : await import('./commands/threads.js');
threads?.warmUp(argv);
const { main } = await import('./commands/main.js');
process.exitCode = await main(argv);
await threads?.coolDown();
