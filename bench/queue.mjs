// How far mining on a queue goes: CONTRIBUTING.md and docs/large-sets.md explain how to run it.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { useBackend } from 'deconvnet/node';
import { simulate } from './queue/simulate.mjs';
import { stateSize } from './queue/state-size.mjs';
import { Report } from './report.mjs';
import { inTemporaryFolder } from './temporary-folder.mjs';

const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: '10000' },
    pictures: { type: 'string', default: '128' },
    maps: { type: 'string', default: '2' },
    workers: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '1' },
    kills: { type: 'string', default: '5' },
    lock: { type: 'string', default: '10000' },
    state: { type: 'string' },
    input: { type: 'string' },
    photographs: { type: 'string' },
    json: { type: 'string' },
  },
});
const lock = { lockDuration: Number(options.lock), stalledInterval: Number(options.lock) };
const report = new Report();
const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}. Seconds and bytes.\n`);
await useBackend('wasm');
await inTemporaryFolder(async (folder) => {
  const pictures = Number(options.pictures);
  if (options.state !== undefined) {
    const { state: model, input, photographs } = options;
    await stateSize({ report, folder }, { model, input, photographs, pictures });
    return;
  }
  const figures = await simulate(folder, {
    ...{ parts: Number(options.parts), perPart: pictures, maps: Number(options.maps) },
    ...{ workers: Number(options.workers), seconds: Number(options.seconds), kills: Number(options.kills), lock },
  });
  for (const [phase, details] of Object.entries(figures)) report.row(phase, undefined, details);
});
if (options.json) report.save(options.json, { machine, options });
