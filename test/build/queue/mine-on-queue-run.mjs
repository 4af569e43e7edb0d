// A coordinator in a process of its own: node mine-on-queue-run.mjs OPTIONS, as JSON. Prints what happens, a line of JSON
// each. With MERGE_PAUSE, it waits so many milliseconds before it reads a result. DIST may name another build.

import { createHash } from 'node:crypto';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const { MERGE_PAUSE } = process.env;
if (MERGE_PAUSE) {
  const { readFile } = files;
  files.readFile = async (path, ...more) => {
    if (/\d\.result$/.test(path)) {
      say({ merging: path });
      await wait(Number(MERGE_PAUSE));
    }
    return readFile(path, ...more);
  };
  syncBuiltinESMExports();
}
const { mineOnQueue } = await import(process.env.DIST ?? new URL('../../../dist/queue.js', import.meta.url).href);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('stopped')));
try {
  const { id, miner, report } = await mineOnQueue({
    ...JSON.parse(process.argv[2]),
    onBegin: (begun) => say({ begun }),
    onProgress: (progress) => say({ progress }),
    onWarning: ({ code, message }) => say({ warning: { code, message } }),
    signal: stop.signal,
  });
  say({ id, state: createHash('sha256').update(miner.save()).digest('hex'), report });
} catch ({ code, message }) {
  say({ error: { code, message } });
  process.exitCode = 1;
}
