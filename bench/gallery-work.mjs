import { join } from 'node:path';
import { mineImages, readPicture, writeGallery } from 'deconvnet/node';
import { seconds } from './clock.mjs';
import { Course } from './time-left.mjs';

/** Mines pictures. `seconds` is the time without opening the network, in this thread or in workers. */
export async function minePictures({ model, input, files, layers, featureMaps, workers, chunk }) {
  const times = [];
  const { miner } = await mineImages({
    ...{ model, images: files },
    ...(input && { input }),
    ...(layers && { layers }),
    ...(featureMaps && { featureMaps }),
    ...(workers !== undefined && { workers }),
    ...(chunk !== undefined && { chunk }),
    onProgress: () => times.push(performance.now()),
  });
  return { miner, seconds: (times.at(-1) - times[0]) / 1000 };
}

/** Seconds for one forward pass of each picture, one picture at a time, in this thread. Reading is not counted. */
export async function forwardPasses(deconvnet, files) {
  const pass = async (image) => {
    const output = deconvnet.model.predict(image);
    await output.data();
    output.dispose();
  };
  let sum = 0;
  for (const [i, { path }] of files.entries()) {
    const image = deconvnet.toInput(await readPicture(path));
    if (i === 0) await pass(image);
    sum += await seconds(() => pass(image));
    image.dispose();
  }
  return sum;
}

/** Draws a gallery. The seconds are those for opening the network in workers, for projecting, and for the rest. */
export async function draw(miner, { folder, files, model, input, maps, workers }) {
  const paths = new Map(files.map(({ id, path }) => [id, path]));
  const course = new Course();
  let began;
  let projected;
  const start = performance.now();
  let processor;
  const drawn = await writeGallery(miner, {
    out: join(folder, `gallery-${workers ?? 'default'}`),
    source: Object.assign((id) => imageOf(miner.deconvnet, paths.get(id)), { concurrency: 4 }),
    network: { model, ...(input && { input }) },
    ...(maps && { maps }),
    ...(workers !== undefined && { workers }),
    onProjected(progress) {
      projected = performance.now();
      began ??= projected;
      processor ??= process.cpuUsage();
      course.note(progress);
    },
  });
  const end = performance.now();
  const { user, system } = process.cpuUsage(processor);
  return {
    ...{ drawn, course },
    ...{ opening: (began - start) / 1000, projecting: (projected - began) / 1000, drawing: (end - projected) / 1000 },
    /** Without opening the network. */
    total: (end - began) / 1000,
    /** Seconds of processor time in all threads: a busy machine changes them less. */
    processor: (user + system) / 1e6,
  };
}

/** Reads a picture as the command line does. */
async function imageOf(deconvnet, path) {
  const { inputSize, inputFormat } = deconvnet;
  return deconvnet.toInput(await readPicture(path, { ...inputSize, fit: inputFormat.fit }));
}

/** Counts the projections of some feature maps, and the pictures that they come from. */
export function countPatches(miner, featureMaps) {
  const maps = Object.entries(featureMaps);
  const patches = maps.flatMap(([layer, numbers]) => numbers.flatMap((map) => miner.top(layer, map)));
  return { projections: patches.length, pictures: new Set(patches.map(({ id }) => id)).size };
}

/** Some feature maps of each layer, far apart. */
export function spreadMaps(deconvnet, layers, maps) {
  return Object.fromEntries(
    layers.map((name) => {
      const { featureMaps } = deconvnet.layers.find((layer) => layer.name === name);
      const count = Math.min(maps, featureMaps);
      return [name, Array.from({ length: count }, (_, i) => Math.floor((i * featureMaps) / count))];
    }),
  );
}

/** Frees the network of a miner that `mineImages` returned. */
export function close(miner) {
  miner.deconvnet.dispose();
  miner.deconvnet.model.dispose();
}
