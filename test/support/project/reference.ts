import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** In a page the server of the tests has it below the project's root. */
const folder =
  typeof location === 'undefined'
    ? new URL('../../reference/', import.meta.url)
    : new URL('/test/reference/', location.href);

/** One projection computed by PyTorch and Captum; see test/reference/README.md. */
export interface ReferenceCase {
  readonly input: 0 | 1;
  readonly layer: string;
  readonly featureMap: number;
  readonly position: number[];
  readonly activation: number;
  readonly rule: 'deconvnet' | 'guided' | 'gradient';
  readonly offset: number;
  readonly shape: number[];
  readonly max_abs: number;
}

export type ReferenceName = 'vgg-mini' | 'zf-mini' | 'resnet-mini';

/** From the server of the tests in a page, from the disk in Node. */
async function bytes(path: string): Promise<ArrayBuffer> {
  const url = new URL(path, folder);
  if (url.protocol !== 'file:') {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.arrayBuffer();
  }
  const { readFile } = await import('node:fs/promises');
  const file = await readFile(url);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
}

const json = async <Value>(path: string): Promise<Value> =>
  JSON.parse(new TextDecoder().decode(await bytes(path))) as Value;

/** A reference network, its cases and inputs. The caller disposes the model. */
export async function loadReference(name: ReferenceName): Promise<{
  model: tfl.LayersModel;
  cases: ReferenceCase[];
  activations: { input: number; layers: Record<string, { shape: number[]; max: number[] }> };
  /** Sample 0 or 1, `[1, height, width, channels]`. */
  sample(input: number): tf.Tensor;
  /** The expected projection for a seed of 1. */
  expected(one: ReferenceCase): Float32Array;
}> {
  interface Manifest {
    modelTopology: object;
    weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
  }
  const manifest = await json<Manifest>(`${name}/model.json`);
  const model = await tfl.loadLayersModel({
    load: async () => ({
      modelTopology: manifest.modelTopology,
      weightSpecs: manifest.weightsManifest[0].weights,
      weightData: await bytes(`${name}/weights.bin`),
    }),
  });
  const inputs = new Float32Array(await bytes(`${name}/inputs.bin`));
  const expected = new Float32Array(await bytes(`${name}/expected.bin`));
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    model,
    cases: await json(`${name}/cases.json`),
    activations: await json(`${name}/activations.json`),
    sample: (input) => tf.tensor(inputs.slice(input * size, (input + 1) * size), [1, ...shape]),
    expected: (one) => expected.subarray(one.offset / 4, one.offset / 4 + size),
  };
}
