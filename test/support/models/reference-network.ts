import { readFileSync } from 'node:fs';
import type { io } from '@tensorflow/tfjs-core';

/** A small network that Keras wrote, with what Keras computes for an input. */
export interface ReferenceNetwork {
  /** Its topology as it stands in the native format, and in an HDF5 file. */
  readonly topologies: Readonly<Record<'keras' | 'h5', object>>;
  /** A handler with one of the topologies, and the weights. */
  handler(topology: object): io.IOHandler;
  readonly input: Float32Array;
  readonly output: Float32Array;
  /** What the layer `conv_c` makes. */
  readonly middle: Float32Array;
}

/** Reads a folder of `test/fixtures/operations`. */
export function referenceNetwork(name: string): ReferenceNetwork {
  const folder = `test/fixtures/operations/${name}`;
  const { weights, ...topologies } = JSON.parse(readFileSync(`${folder}/network.json`, 'utf8')) as {
    weights: io.WeightsManifestEntry[];
    keras: object;
    h5: object;
  };
  const floats = (file: string): Float32Array => {
    const bytes = readFileSync(`${folder}/${file}.bin`);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  return {
    topologies,
    handler: (modelTopology) => ({
      load: async () => ({ modelTopology, weightSpecs: weights, weightData: floats('weights').buffer as ArrayBuffer }),
    }),
    input: floats('input'),
    output: floats('output'),
    middle: floats('middle'),
  };
}
