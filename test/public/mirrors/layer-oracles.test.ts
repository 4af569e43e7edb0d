import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, sampled, use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { count, flat, positions } from '../../support/mirrors/positions.js';
import { PRODUCT_LAYERS } from '../../support/mirrors/product-layers.js';
import {
  type ProductLayer,
  sumsDown,
  sumsUp,
  type Term,
  throughProducts,
} from '../../support/mirrors/product-oracle.js';
import { recurrentCases } from '../../support/mirrors/recurrent-oracle.js';
import { fillWeights, noise } from '../../support/project/networks.js';
import { reluDown } from '../../support/relu-oracle.js';

const { layers } = tfl;
const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** A Dense on two channels. */
const dense = (cells: number, units: number, kernel: readonly number[]): Term[] =>
  positions([cells, units, 2]).map(([cell, unit, channel]) => {
    const weight = kernel[channel! * units + unit!]!;
    return { to: cell! * units + unit!, weight, of: [[0, 2 * cell! + channel!]] };
  });

describe.each(backends)('layers on %s project what plain loops project', (backend) => {
  beforeAll(() => use(backend));

  const alike = ({ shapes }: ProductLayer): boolean =>
    shapes.length > 1 && new Set(shapes.map((shape) => shape.slice(0, -1).join())).size === 1;
  const runs = Object.entries(PRODUCT_LAYERS).flatMap(([name, one]) => [
    { name, one, shared: false },
    ...(alike(one) ? [{ name: `${name} from one image`, one, shared: true }] : []),
  ]);

  it.each(sampled(runs))('$name', async ({ one, shared }) => {
    const extents = shared ? one.shapes.slice(0, 1) : one.shapes;
    const units = one.shapes.map((shape) => shape.at(-1)!);
    const inputs = extents.map((shape, i) => tfl.input({ shape: [...shape.slice(0, -1), 2], name: `in${i}` }));
    const pixels = extents.map((shape, i) => Array.from(noise((count(shape) / shape.at(-1)!) * 2, 30 + i)));
    const kernels = units.map((maps, i) => Array.from(noise(2 * maps, 70 + i)));
    const branches = units.map((maps, i) =>
      layers.dense({ units: maps, activation: i === 0 ? 'relu' : 'linear', useBias: false, name: `branch${i}` }),
    );
    const below = branches.map((branch, i) => branch.apply(inputs[shared ? 0 : i]!) as tfl.SymbolicTensor);
    const outputs = (one.layer() as tfl.layers.RNN).apply(below.length > 1 ? below : below[0]!) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs, outputs });
    for (const [i, kernel] of kernels.entries()) branches[i]!.setWeights([tf.tensor2d(kernel, [2, kernel.length / 2])]);
    if (one.weights) model.getLayer('top').setWeights(one.weights.map((weight) => tf.tensor1d(weight)));
    const connections = kernels.map((kernel, i) => dense(count(one.shapes[i]!) / units[i]!, units[i]!, kernel));
    const branchValues = connections.map((terms, i) => {
      const sums = sumsUp(terms, [pixels[shared ? 0 : i]!], Array<number>(count(one.shapes[i]!)).fill(0));
      return i === 0 ? sums.map((value) => Math.max(value, 0)) : sums;
    });
    const maps = one.out.at(-1)!;
    const middle = one.out.slice(0, -1).map((size) => size >> 1);
    const selections = [0, maps - 1].flatMap((map) => [[map, 'all'] as const, [map, middle] as const]);
    const images = pixels.map((flat, i) => tf.tensor(flat, inputs[i]!.shape.slice(1) as number[]));
    let compared = 0;
    for (const rule of rules) {
      const deconvnet = new Deconvnet(model, { rule });
      for (const [featureMap, position] of selections) {
        const keep = (to: number): boolean =>
          to % maps === featureMap && (position === 'all' || flat(position, one.out) === Math.floor(to / maps));
        const signals = throughProducts(one, branchValues, keep, rule);
        // The first branch ends in a ReLU.
        signals[0] = signals[0]!.map((value, i) => reluDown[rule](value, branchValues[0]![i]!));
        const wanted = signals.map((signal, i) => sumsDown(connections[i]!, [pixels[shared ? 0 : i]!], signal)[0]!);
        const want = shared ? [wanted.reduce((a, b) => a.map((value, i) => value + b[i]!))] : wanted;
        const projection = await deconvnet.project(images, { layer: 'top', featureMap, position });
        for (const [i, expected] of want.entries()) {
          const got = Array.from(await projection.inputs[`in${i}`]!.pixels.data());
          compared += Number(largest(expected) > 0);
          if (largest(expected) > 0) expectClose(got, expected);
          else expect(largest(got)).toBe(0);
        }
        projection.dispose();
      }
      deconvnet.dispose();
    }
    expect(compared).toBeGreaterThan(2);
  });

  it.each(sampled(recurrentCases))('$name', async ({ layer, units, wanted }) => {
    const pixels = Array.from(noise(12, 8));
    const model = fillWeights(tfl.sequential({ layers: [layer()] }), { seed: 3 });
    const weights = await Promise.all(model.getWeights().map(async (weight) => Array.from(await weight.data())));
    const image = tf.tensor2d(pixels, [4, 3]);
    for (const rule of rules) {
      const deconvnet = new Deconvnet(model, { rule });
      for (const position of ['all' as const, ...(model.outputs[0]!.shape.length === 3 ? [[0], [2]] : [[]])]) {
        const keep = (step: number): boolean => position === 'all' || step === (position[0] ?? 0);
        const projection = await deconvnet.project(image, { layer: 'top', featureMap: units - 1, position });
        expectClose(await values(projection), wanted(pixels, weights, units - 1, keep), 1e-4);
        projection.dispose();
      }
      deconvnet.dispose();
    }
  });
});
