// The other thread of port.ts: does one job after the other.

import { parentPort } from 'node:worker_threads';
import { type Job, perform } from './port.js';

parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await perform(job)));
