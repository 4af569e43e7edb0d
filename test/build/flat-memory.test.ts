import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type SourceItem } from 'deconvnet';
import { writeGallery } from 'deconvnet/node';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { use } from '../support/backends.js';
import { growth, type Memory, memoryNow } from '../support/memory-samples.js';
import { fillWeights, noiseTensor } from '../support/project/networks.js';
import { tempFolder } from '../support/temp-folder.js';

const [PICTURES, LAYERS, MAPS] = inject('long') ? [10_000, 20, 1000] : [300, 3, 200];
const SHAPE = [6, 6, 1];
const id = (i: number): string => `picture ${String(i).padStart(5, '0')}.png`;

/** Many layers of many feature maps above a small convolution and a max pooling. */
function wide(): tfl.LayersModel {
  const { conv2d, maxPooling2d } = tfl.layers;
  const input = tfl.input({ shape: SHAPE });
  const first = conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'first' }).apply(input);
  const pooled = maxPooling2d({ poolSize: 2, name: 'pool' }).apply(first);
  const outputs = Array.from({ length: LAYERS }, (_, i) =>
    conv2d({ filters: MAPS, kernelSize: 2, activation: 'relu', name: `wide${i}` }).apply(pooled),
  ) as tfl.SymbolicTensor[];
  return fillWeights(tfl.model({ inputs: input, outputs }));
}

function* pictures(): Generator<SourceItem> {
  for (let i = 0; i < PICTURES; i++) yield { id: id(i), image: noiseTensor(SHAPE, i + 1), label: `class ${i % 10}` };
}

describe(`memory over ${PICTURES} pictures and ${LAYERS * MAPS} feature maps`, { timeout: 1_800_000 }, () => {
  beforeAll(() => use('wasm'));

  it('x', async () => {
    const model = wide();
    const deconvnet = new Deconvnet(model, { input: { scale: 1, mean: [0], std: [1] } });
    const layers = Array.from({ length: LAYERS }, (_, i) => `wide${i}`);
    const miner = new PatchMiner(deconvnet, { layers, k: 2 });
    const show = (what: string, samples: Memory[]): void => {
      const mb = (b: number): string => (b / 1e6).toFixed(2);
      for (const s of samples) console.log(what, mb(s.heap), mb(s.arrays), mb(s.wasm), s.tensors);
      const g = growth(samples);
      console.log(what, 'GROWTH', g, 'RSS', mb(process.memoryUsage().rss), 'peak', process.resourceUsage().maxRSS / 1e3);
    };
    const mining: Memory[] = [];
    console.time('mine');
    await miner.run(pictures(), {
      batchSize: 20,
      onProgress({ images }) {
        if (images % (PICTURES / 30 - ((PICTURES / 30) % 20) || 20) === 0) mining.push(memoryNow());
      },
    });
    console.timeEnd('mine');
    show('mine', mining);
    const projecting: Memory[] = [];
    console.time('project');
    let count = 0;
    const every = Math.floor(LAYERS * MAPS * 2 / 30);
    for await (const { projection } of miner.projectAll({ crop: true })) {
      projection.dispose();
      if (++count % every === 0) projecting.push(memoryNow());
    }
    console.timeEnd('project');
    show('project', projecting);
    const out = join(await tempFolder(), 'gallery');
    const [kept, drawing]: Memory[][] = [[], []];
    console.time('gallery');
    let at = 0;
    let bytes = 0;
    await writeGallery(miner, {
      out,
      maps: MAPS,
      tile: 16,
      onProjected: ({ patches }) => {
        if (patches >= at) {
          at += every;
          kept!.push(memoryNow());
        }
      },
      onProgress({ done, total }) {
        if (done % Math.floor(total / 30) === 0) drawing!.push(memoryNow());
      },
    });
    console.timeEnd('gallery');
    show('kept', kept!);
    show('draw', drawing!);
    console.log(bytes, await readdir(out), (await stat(join(out, 'index.html'))).size);
    deconvnet.dispose();
    model.dispose();
    console.log("left", tf.memory().numTensors);
  });
});
