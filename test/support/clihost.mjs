// A process that runs several commands in turn: hosted.ts starts it and sends it one message { args, cwd, env, mark } for
// each. When a command has ended, `mark` ends its part of both standard streams, and a message has its exit status.

import { EventEmitter } from 'node:events';
import { UsageError } from 'mandel/go';
import { Runtime, Simulator } from 'mandel/run';
import { main } from '#src/commands/main.js';
import { programIn } from '#src/commands/run/programs.js';
import { runAndReport } from '#src/commands/run/run.js';

// Threads and pools listen to the process and its streams, which is a leak for Node where there have been many.
EventEmitter.defaultMaxListeners = 0;

/** The engines of `mandel run`, by its flags. They stay: threads take longer to come up than most programs run. */
const engines = new Map();

/** Takes `-engine sim` and `-procs` from a run's words. @returns undefined for another command, flag or number */
function runOf([command, ...words]) {
  if (command !== 'run') return undefined;
  let Engine = Runtime;
  let procs;
  while (words[0]?.startsWith('-')) {
    const [flag, value] = words.splice(0, 2);
    if (flag === '-engine' && value === 'sim') Engine = Simulator;
    else if (flag === '-procs' && /^[1-8]$/.test(value)) procs = Number(value);
    else return undefined;
  }
  return words.length === 0 ? undefined : { Engine, procs, words };
}

/** Runs a program as `mandel run` does, and reports errors as main() does. @returns the exit status */
async function runProgram({ Engine, procs, words: [file, ...args] }) {
  try {
    const program = programIn(file, args);
    const key = `${Engine.name} ${procs}`;
    if (!engines.has(key)) engines.set(key, new Engine(procs));
    return await runAndReport(engines.get(key), program, {});
  } catch (error) {
    process.stderr.write(`mandel: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function answer({ args, cwd, env, mark }) {
  const before = { ...process.env };
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const run = Object.keys(env).length === 0 ? runOf(args) : undefined;
  const status = run ? await runProgram(run) : await main(args);
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, before);
  // After what the streams have not written yet. Programs write to the file descriptors, and at once.
  for (const stream of [process.stdout, process.stderr]) stream.write(mark);
  process.send({ status });
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
