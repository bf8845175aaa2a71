#!/usr/bin/env node
// The command `mandel`: starts the threads of a command before it loads the command, because that takes about as long.

import module from 'node:module';
import { calledCommand } from './commands/commands.js';
import { coolDown, warmUp } from './terminal/warmup.js';

// V8 keeps compiled code for the next process, where Node can do that (22.8 and later); each thread has to ask for it.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const argv = process.argv.slice(2);
const call = calledCommand(argv);
if (call?.row.needsThreads) await warmUp(call.row.name, call.words);
const { main } = await import('./commands/main.js');
process.exitCode = await main(argv);
await coolDown();
// After Ctrl-C at once: while Node shuts down, a second signal would end the process with the system's status instead of ours.
if (process.exitCode === 130) process.exit();
