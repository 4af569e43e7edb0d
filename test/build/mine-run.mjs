// Mines with the build, in a process of its own that can be killed: node mine-run.mjs OPTIONS, as JSON. Tells its parent
// how far it is, and prints what it found.

import { createHash } from 'node:crypto';
import { mineImages } from '../../dist/node.js';

const options = JSON.parse(process.argv[2]);
const { miner, report } = await mineImages({
  ...options,
  onProgress: ({ done }) => process.send?.({ done }),
  onWarning: ({ message }) => process.stderr.write(`${message}\n`),
});
process.stdout.write(JSON.stringify({ state: createHash('sha256').update(miner.save()).digest('hex'), report }));
// The channel to the parent, and nothing of the library, would keep the process alive.
if (process.connected) process.disconnect();
