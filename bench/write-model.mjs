import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { io } from '@tensorflow/tfjs-core';

/** The converter of TensorFlow.js writes files of this size. */
const SHARD = 4 * 2 ** 20;

/**
 * Writes a model as the converter does: a model.json, and the weights in files of 4 MiB.
 *
 * @param weights the manifest: the name, shape and type of each weight
 * @param bytesOf gives the bytes from one offset to another
 */
export async function writeModel(folder, { modelTopology, weights, bytes, bytesOf }) {
  const paths = [];
  for (let at = 0; at < bytes; at += SHARD) {
    paths.push(`shard${paths.length + 1}.bin`);
    await writeFile(join(folder, paths.at(-1)), bytesOf(at, Math.min(at + SHARD, bytes)));
  }
  await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest: [{ paths, weights }] }));
}

/** Writes a model that is in memory. */
export async function saveModel(folder, model) {
  await model.save(
    io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const data = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
      await writeModel(folder, {
        modelTopology,
        weights: weightSpecs,
        bytes: data.length,
        bytesOf: (from, to) => data.subarray(from, to),
      });
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
}
