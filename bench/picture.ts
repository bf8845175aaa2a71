// Verification of pictures: their greys beside those of the Go original.

import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { type Cost, run } from './process.js';
import { scratch } from './scratch.js';

// SHA-256 of the grey planes that the Go original paints on amd64.
export const fullSum = '264ab6151283450f1f49121569e3882a8915c26b630ba11cddfac272390adf74'; // 1024x1024
export const largeSum = '8d42128816a42b163376165f4d3863e4428bd56c6aed83e07bd62cac8fb9ca1e'; // 8192x8192
export const dotSum = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'; // 1x1

/** A subject that runs `command` with -o and looks at what it painted. */
export function painter(command: readonly string[], want: string): () => Promise<Cost> {
  const picture = join(scratch, 'picture.png');
  return async () => {
    rmSync(picture, { force: true }); // or the last run's picture would vouch for this one
    const cost = await run([...command, '-o', picture]);
    const got = greySum(picture);
    if (got !== want) {
      throw new Error(`${command.join(' ')}: wrong picture: sum of the grey plane is ${got}, want ${want}`);
    }
    return cost;
  };
}

/** By the sum of the file: a decoder takes as long as some of what is measured, and most files are alike. */
const known = new Map<string, string>();

/** Ours writes greys, Go writes RGB; pngjs turns both into RGBA. */
function greySum(file: string): string {
  const bytes = readFileSync(file);
  const key = createHash('sha256').update(bytes).digest('hex');
  const sum = known.get(key) ?? decodedSum(bytes);
  known.set(key, sum);
  return sum;
}

function decodedSum(bytes: Buffer): string {
  const { data } = PNG.sync.read(bytes);
  const grey = Buffer.alloc(data.length / 4);
  for (let k = 0; k < grey.length; k++) {
    const pixel = data.readUInt32BE(4 * k);
    grey[k] = pixel >>> 24;
    if (pixel !== (grey[k] as number) * 0x01010100 + 0xff) {
      throw new Error(`expected opaque greys, got #${pixel.toString(16).padStart(8, '0')} at pixel ${k}`);
    }
  }
  return createHash('sha256').update(grey).digest('hex');
}
