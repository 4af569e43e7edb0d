import * as tfl from '@tensorflow/tfjs-layers';
import type { Layer } from '../../../src/network/layer-access.js';
import { fillWeights } from './networks.js';

/** The layer above something that it reads only a part of, and below something that reads only a part of it. */
export function networkAround(layer: Layer, shapes: readonly number[][], channelAxis = -1): tfl.LayersModel {
  const apply = (one: unknown, from: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
    (one as tfl.layers.RNN).apply(from) as tfl.SymbolicTensor;
  const windowed = (rank: number, channels: number): unknown => {
    const options = { filters: channels, kernelSize: 3, padding: 'same' as const, useBias: false };
    const { conv1d, conv2d, conv3d } = tfl.layers;
    return rank === 3 ? conv1d(options) : rank === 4 ? conv2d(options) : rank === 5 ? conv3d(options) : null;
  };
  const { dataFormat } = layer.getConfig() as { dataFormat?: string };
  const plain = channelAxis === 1 || dataFormat === 'channelsFirst';
  const inputs = shapes.map((shape) => tfl.input({ shape }));
  const below = inputs.map((input) => {
    const conv = plain ? null : windowed(input.rank, input.shape.at(-1)!);
    return conv ? apply(conv, input) : input;
  });
  const middle = apply(layer, below.length === 1 ? below[0]! : below);
  const conv = plain ? null : windowed(middle.rank, 3);
  const model = tfl.model({ inputs, outputs: conv ? apply(conv, middle) : middle });
  fillWeights(model, { seed: 4, positive: true });
  return model;
}
