import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A model that Keras 3 exported, an input and what Keras computed from it; see test/reference/keras3/README.md. */
export interface Keras3Export {
  readonly model: {
    readonly format: string;
    readonly modelTopology: tf.io.ModelArtifacts['modelTopology'];
    readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
  };
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly input: { readonly shape: number[]; readonly values: number[] };
  readonly outputs: readonly (readonly number[])[];
}

export function keras3Export(name: string): Keras3Export {
  const path = fileURLToPath(new URL(`../../reference/keras3/${name}.json`, import.meta.url));
  const json = JSON.parse(readFileSync(path, 'utf8')) as Keras3Export & { readonly weights: string };
  return { ...json, weights: Uint8Array.from(Buffer.from(json.weights, 'base64')) };
}

/** Where `tf.loadLayersModel` reads it. */
export function handlerOf({ model, weights }: Keras3Export): tf.io.IOHandler {
  return {
    load: async () => ({
      format: model.format,
      modelTopology: model.modelTopology!,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer,
    }),
  };
}

/** The largest difference between what a model computes and what Keras computed. */
export async function errorAgainstKeras(model: LayersModel, { input, outputs }: Keras3Export): Promise<number> {
  const x = tf.tensor(input.values, input.shape);
  const computed = [model.predict(x)].flat() as tf.Tensor[];
  const values = await Promise.all(computed.map((output) => output.data()));
  tf.dispose([x, computed]);
  if (values.map(({ length }) => length).join() !== outputs.map(({ length }) => length).join()) return Infinity;
  const differences = values.flatMap((output, i) =>
    Array.from(output, (value, j) => Math.abs(value - outputs[i]![j]!)),
  );
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
}
