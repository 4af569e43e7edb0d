import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { loadModel, readPictures } from 'deconvnet/node';
import { compare } from './clock.mjs';
import { noise, vgg16 } from './networks.mjs';
import { release } from './release.mjs';

/** What mining costs, against forward passes of the same pictures. */
export async function mining(context) {
  const { quick } = context;
  const vgg = vgg16(quick ? { size: 112, blocks: [16, 32, 64, 128, 128] } : {});
  await miningAgainstForward(context, vgg, noise(4, vgg.inputs[0].shape[1]));
  vgg.dispose();
  await shipped(context, quick ? { pictures: 32, maps: 16 } : { pictures: 128, maps: Number.POSITIVE_INFINITY });
}

/**
 * Mining once the lists are full, as most of a run is: the pictures are dimmer ones of those that fill the lists, so
 * that all is looked at and little enters.
 */
async function miningAgainstForward({ report, repeats }, model, images) {
  const deconvnet = new Deconvnet(model);
  const layers = deconvnet.layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);
  const miner = new PatchMiner(deconvnet, { layers, k: 9 });
  const batch = images.shape[0];
  let added = 0;
  const add = (pictures) =>
    miner.add(
      pictures,
      Array.from({ length: batch }, () => `picture ${String(added++).padStart(6, '0')}`),
    );
  while (added < 12) await add(images);
  const dimmer = tf.mul(images, 0.9);
  const forward = async () => {
    const output = model.predict(dimmer);
    await output.data();
    output.dispose();
  };
  const { first, second, ratio } = await compare(() => add(dimmer), forward, repeats);
  report.row(`${model.name}: mining all ${layers.length} convolutions / forward pass, lists full`, ratio, {
    mine: first,
    forward: second,
  });
  deconvnet.dispose();
  dimmer.dispose();
}

/** The shipped network on its pictures: what a small gallery costs. */
async function shipped({ report, repeats }, { pictures, maps: most }) {
  const folder = fileURLToPath(new URL('../examples/cifar10-zfnet/', import.meta.url));
  const model = await loadModel(`${folder}model`);
  const deconvnet = new Deconvnet(model);
  const layers = deconvnet.layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);
  const images = [];
  for await (const { image } of readPictures(`${folder}pictures`, deconvnet, { limit: pictures })) images.push(image);
  const batch = tf.concat(images, 0);
  const ids = images.map((_, i) => `picture ${i}`);
  const mine = async () => {
    const miner = new PatchMiner(deconvnet, { layers });
    await miner.add(batch, ids);
    return miner;
  };
  const forward = async () => {
    const output = model.predict(batch);
    await output.data();
    output.dispose();
  };
  const { first, second, ratio } = await compare(mine, forward, repeats);
  report.row(`shipped network: mining ${pictures} pictures into empty lists / forward pass`, ratio, {
    mine: first,
    forward: second,
  });
  const miner = await mine();
  const last = layers.at(-1);
  const maps = Math.min(most, miner.featureMaps(last));
  const patches = async () => {
    for (let map = 0; map < maps; map++) release(await miner.project(last, map));
  };
  const found = Array.from({ length: maps }, (_, map) => miner.top(last, map).length).reduce((a, b) => a + b, 0);
  const compared = await compare(patches, forward, repeats);
  report.row(
    `shipped network: projecting a patch of ${last} / forward pass of a picture`,
    (compared.ratio * pictures) / found,
    {
      all: compared.first,
      'maps per second': maps / compared.first,
      'projections per second': found / compared.first,
    },
  );
  deconvnet.dispose();
  tf.dispose([batch, ...images]);
}
