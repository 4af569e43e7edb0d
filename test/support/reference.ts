import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

const folder = new URL('../reference/', import.meta.url);

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

function bytes(path: string): ArrayBuffer {
  const file = readFileSync(new URL(path, folder));
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
}

const json = <Value>(path: string): Value => JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as Value;

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
  const manifest = json<Manifest>(`${name}/model.json`);
  const model = await tfl.loadLayersModel({
    load: async () => ({
      modelTopology: manifest.modelTopology,
      weightSpecs: manifest.weightsManifest[0].weights,
      weightData: bytes(`${name}/weights.bin`),
    }),
  });
  const inputs = new Float32Array(bytes(`${name}/inputs.bin`));
  const expected = new Float32Array(bytes(`${name}/expected.bin`));
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    model,
    cases: json(`${name}/cases.json`),
    activations: json(`${name}/activations.json`),
    sample: (input) => tf.tensor(inputs.slice(input * size, (input + 1) * size), [1, ...shape]),
    expected: (one) => expected.subarray(one.offset / 4, one.offset / 4 + size),
  };
}
