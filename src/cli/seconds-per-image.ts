import { stack, type Tensor, unstack } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import { takesAnySize } from '../network/network.js';
import { readOutputs } from '../studies/kit/read-outputs.js';
import { compareProjections, type SanityPixels } from '../studies/sanity/compare-projections.js';
import { randomSource } from '../tensors/random-source.js';
import type { Library } from './load-library.js';

/** How many images are projected to estimate the time. */
const PROJECTED = 4;
/** How many seconds a batch may take that is run to estimate the time. */
const LONG = 1;

/**
 * Measures how many seconds one image takes through the whole network if it runs in a batch, as in a study, and one
 * projection down from the last default layer.
 *
 * @param image stays the caller's
 */
export async function secondsPerImage(
  { defaultLayers }: Library,
  deconvnet: Deconvnet,
  image: Tensor,
  batchSize: number,
): Promise<{ readonly up: number; readonly down: number }> {
  const [single] = image.rank === 4 ? unstack(image) : [image];
  const { nodes, outputs } = deconvnet.engine.network;
  const run = (images: number): Promise<number> =>
    withCopies(single!, images, (batch) => timed(() => readOutputs(deconvnet, [batch], [nodes[outputs[0]!]!])));
  try {
    const alone = await run(1);
    // Pictures of different sizes run alone.
    const together = takesAnySize(deconvnet.engine.network) ? 1 : Math.min(batchSize, Math.floor(LONG / alone));
    const up = together > 1 ? (await run(together)) / together : alone;
    const layer = defaultLayers(deconvnet).layers.at(-1);
    if (layer === undefined) return { up, down: 0 };
    const [strongest] = await deconvnet.strongest(single!, { layer, top: 1 });
    const selection = { layer, featureMap: strongest?.featureMap ?? 0, position: 'strongest' } as const;
    const both = await withCopies(single!, PROJECTED, (batch) =>
      timed(async () => {
        for (const projection of await deconvnet.projectBatch(batch, selection)) projection.dispose();
      }),
    );
    return { up, down: Math.max(0, both / PROJECTED - up) };
  } finally {
    if (single !== image) single?.dispose();
  }
}

/** Measures how many seconds it takes to compare two projections that cover a whole picture. */
export function secondsPerComparison(image: Tensor): number {
  const [height, width, channels] = image.shape.slice(-3) as [number, number, number];
  const noise = (stream: number): SanityPixels => {
    const values = Float32Array.from({ length: height * width * channels }, randomSource(0, stream));
    return { values, shape: [height, width, channels] };
  };
  const [one, other] = [noise(0), noise(1)];
  const began = performance.now();
  compareProjections(one, other);
  return (performance.now() - began) / 1000;
}

/** Does something with a batch of one image several times. */
async function withCopies<Result>(
  image: Tensor,
  images: number,
  use: (batch: Tensor) => Promise<Result>,
): Promise<Result> {
  const batch = stack(Array.from({ length: images }, () => image));
  try {
    return await use(batch);
  } finally {
    batch.dispose();
  }
}

/** How many seconds some work takes the second time. The first time, much is prepared that is needed only once. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
