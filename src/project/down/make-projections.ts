import * as tf from '@tensorflow/tfjs-core';
import { inputNodes, type NetworkNode } from '../../network/network.js';
import { tidied } from '../../tensors/tidied.js';
import type { Engine } from '../engine.js';
import { overflowed, overflowedBelow } from '../overflow.js';
import { type InputProjection, Projection } from '../projection.js';
import { reportedWith } from '../seed/reported.js';
import type { SentDown } from './send-down.js';

/** A projection, and the index of the request that it answers. */
export interface Answer {
  readonly request: number;
  readonly projection: Projection;
}

/** Reads back what has to be read, and makes projections from the pixels, in the order of the seeds. */
export async function makeProjections(
  engine: Engine,
  target: NetworkNode,
  sent: readonly SentDown[],
  channels: 'rgb' | 'bgr',
): Promise<Answer[]> {
  const { network, rule } = engine;
  const read = await readAll(sent.map(({ largest, activations, outputs }) => [largest, activations, outputs]));
  const reported = await Promise.all(
    read.map(([, activations, outputs]) =>
      reportedWith(engine, target, [...(activations ?? [])], outputs && [...outputs]),
    ),
  );
  return sent.flatMap(({ seeds, pixels, boxes }, one) => {
    const [magnitudes, activations] = read[one]!;
    return seeds.map(({ request, featureMap, position, cutToField, known }, i) => {
      const activation = known?.activation ?? activations![i]!;
      if (!Number.isFinite(activation)) throw overflowed(target, { featureMap, activation });
      if (!Number.isFinite(magnitudes![i]!)) throw overflowedBelow(target);
      const inputs = inputNodes(network).flatMap(({ name, channelAxis }, input): [string, InputProjection][] => {
        const own = pixels[input]?.[i];
        if (!own) return [];
        const { seen, landing } = boxes[i]!;
        const places = { receptiveField: seen[input]!, landing: landing[input]! };
        return [[name, { pixels: own, ...places, channelAxis: channelAxis - 1 }]];
      });
      const projection = new Projection(inputs, {
        layer: target.name,
        featureMap,
        position,
        activation,
        ...(known?.reported ?? reported[one]![i]),
        cropped: cutToField,
        rule: rule.name,
        empty: magnitudes![i] === 0,
        channels,
      });
      return { request, projection };
    });
  });
}

/** The values of each tensor that is given. All are read back at once, because each read is a round trip to the GPU. */
async function readAll(
  tensors: readonly (readonly (tf.Tensor | undefined)[])[],
): Promise<(Float32Array | undefined)[][]> {
  const given = tensors.flat().filter((tensor) => tensor !== undefined);
  if (given.length === 0) return [];
  const all = tidied(() => tf.concat(given.map((tensor) => tf.reshape(tensor, [-1]))));
  try {
    const values = await all.data<'float32'>();
    let next = 0;
    const take = (count: number): Float32Array => {
      next += count;
      return values.subarray(next - count, next);
    };
    return tensors.map((row) => row.map((tensor) => tensor && take(tensor.size)));
  } finally {
    all.dispose();
  }
}
