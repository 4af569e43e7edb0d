import * as tf from '@tensorflow/tfjs-core';
import { PatchMiner } from 'deconvnet';
import { readPicture } from 'deconvnet/node';
import { seconds } from './clock.mjs';
import { release } from './release.mjs';

/** How many feature maps of each layer are projected. One more way down then costs what the larger number adds. */
const FEW = 1;
const MANY = 9;

/**
 * What one more projection of each layer costs in this thread, if the way up of its picture is there already, and what
 * the way up costs. A few pictures are mined in some feature maps of one layer. They are projected from one feature map
 * and from many. Both times there are the same ways up, so that the difference is for ways down.
 */
export async function byLayer(deconvnet, files, layers) {
  const images = [];
  for (const { path } of files) images.push(deconvnet.toInput(await readPicture(path)));
  const batch = tf.concat(images);
  tf.dispose(images);
  const rows = [];
  for (const layer of layers) {
    const { featureMaps } = deconvnet.layers.find(({ name }) => name === layer);
    const maps = Array.from({ length: MANY }, (_, i) => Math.floor((i * featureMaps) / MANY));
    const miner = new PatchMiner(deconvnet, { layers: [layer], featureMaps: { [layer]: maps } });
    await miner.add(
      batch,
      files.map(({ id }) => id),
    );
    const project = async (chosen) => {
      let count = 0;
      for await (const { projection } of miner.projectAll({ featureMaps: { [layer]: chosen }, crop: true })) {
        release(projection);
        count++;
      }
      return count;
    };
    const few = await project(maps.slice(0, FEW));
    const secondsOfFew = await seconds(() => project(maps.slice(0, FEW)));
    let many;
    const secondsOfMany = await seconds(async () => {
      many = await project(maps);
    });
    const down = (secondsOfMany - secondsOfFew) / (many - few);
    rows.push({ layer, featureMaps, down, up: (secondsOfFew - few * down) / files.length });
  }
  batch.dispose();
  return rows;
}
