import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, type Selection } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { extentOf, featureMapsOf } from '../../../src/network/network.js';
import { backends, inTurn, use } from '../../support/backends.js';
import { expectClose, largest } from '../../support/compare.js';
import { expectSame, projectBy, somePlaces } from '../../support/project/crop-against-whole.js';
import { autograd, given, imagesFor, stopped, valuesOf } from '../../support/project/gate-oracle.js';
import { gatedNetworks, on } from '../../support/project/gated-networks.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const networks = Object.entries(gatedNetworks);
const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** Compares values. Where the expected ones are zero everywhere, the others have to be so too. */
function expectEqual(got: readonly number[], want: readonly number[]): void {
  if (largest(want) > 0) expectClose(got, want, 1e-5);
  else expect(largest(got)).toBe(0);
}

describe('a projection with positive weights, under every rule', () => {
  beforeAll(() => use('cpu'));

  it.each(networks)('is the gradient in which gates are constants: %s', async (_, network) => {
    const images = imagesFor(network);
    const want = await autograd(stopped(network.make(), network.gates), images, 1);
    const model = network.make();
    for (const rule of ['deconvnet', 'guided'] as const) {
      const projection = await new Deconvnet(model, { rule }).project(given(images), { layer: 'top', featureMap: 1 });
      const got = await valuesOf(projection, model);
      // Only gates read the condition, so no signal comes to it.
      expect(got.map((one) => one !== undefined)).toEqual(model.inputNames.map((name) => name !== 'condition'));
      for (const [i, values] of got.entries()) if (values) expectClose(values, want[i]!, 1e-4);
      for (const [i, values] of got.entries()) if (!values) expect(largest(want[i]!)).toBe(0);
    }
  });

  it.each(networks)("is the whole gradient with gates: 'signal': %s", async (_, network) => {
    const images = imagesFor(network);
    const model = network.make();
    const want = await autograd(model, images, 1);
    // A derivative of a sigmoid or a swish may be negative, or be none of the rule deconvnet.
    const exact = { rule: 'gradient', fallback: 'gradient' } as const;
    const mixed = { rectify: 'gradient', fallback: 'gradient' } as const;
    const told = {
      rule: {
        ...new Deconvnet(model).engine.rule,
        rectify: new Deconvnet(model, exact).engine.rule.rectify,
        gates: 'signal',
      },
      fallback: 'gradient',
    } as const;
    for (const options of [exact, mixed, told, { ...exact, gates: 'signal' }] as DeconvnetOptions[]) {
      const got = await valuesOf(
        await new Deconvnet(model, options).project(given(images), { layer: 'top', featureMap: 1 }),
        model,
      );
      for (const [i, values] of got.entries()) expectClose(values!, want[i]!, 1e-4);
    }
  });
});

describe("gates: 'signal'", () => {
  beforeAll(() => use('cpu'));

  /** A gate of linear layers and positive weights: all rules are the gradient there. */
  function linearGate(): tfl.LayersModel {
    const { conv2d, dense, globalAveragePooling2d, multiply } = tfl.layers;
    const input = tfl.input({ shape: [9, 8, 2], name: 'pixels' });
    const stem = on(input, conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'stem' }));
    const gate = on(stem, globalAveragePooling2d({}), dense({ units: 3, activation: 'relu', name: 'scale' }));
    const gated = on([stem, gate], multiply({ name: 'gated' }));
    const model = tfl.model({ inputs: input, outputs: on(gated, conv2d({ filters: 2, kernelSize: 3, name: 'top' })) });
    return fillWeights(model, { positive: true });
  }

  it.each(rules)('sends the signal to all factors under the rule %s', async (rule) => {
    const model = linearGate();
    const images = [tf.abs(noiseTensor([9, 8, 2], 3))];
    const [want] = await autograd(model, images, 1);
    const at = { layer: 'top', featureMap: 1 };
    const project = async (options: DeconvnetOptions): Promise<number[]> =>
      (await valuesOf(await new Deconvnet(model, options).project(images[0]!, at), model))[0]!;
    expectClose(await project({ rule, gates: 'signal' }), want!, 1e-5);
    expectClose(await project({ rule, gates: { gated: 'signal' } }), want!, 1e-5);
    const [constant] = await autograd(stopped(model, { gated: ['scale'] }), images, 1);
    expect(largest(want!.map((value, i) => value - constant![i]!))).toBeGreaterThan(0.01 * largest(want!));
  });
});

describe('a projection with weights of both signs', () => {
  const shape = [13, 12, 3];
  const { conv2d, dense, depthwiseConv2d, globalAveragePooling2d, maxPooling2d, multiply, reshape } = tfl.layers;

  /** Two blocks. Each is gated by layers, or scaled by a convolution of one cell that has the gate's values. */
  function build(isGated: boolean): tfl.LayersModel {
    const input = tfl.input({ shape, name: 'pixels' });
    const conv = (name: string, filters: number): unknown =>
      conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', name });
    const block = (x: tfl.SymbolicTensor, name: string, maps: number): tfl.SymbolicTensor => {
      if (!isGated) return on(x, depthwiseConv2d({ kernelSize: 1, useBias: false, name }));
      const gate = on(x, globalAveragePooling2d({}), dense({ units: maps, activation: 'sigmoid' }));
      return on([on(gate, reshape({ targetShape: [1, 1, maps], name: `${name}_gate` })), x], multiply({ name }));
    };
    const first = block(on(input, conv('conv1', 4)), 'se1', 4);
    const second = block(on(first, maxPooling2d({ poolSize: 2, name: 'pool' }), conv('conv2', 5)), 'se2', 5);
    return tfl.model({ inputs: input, outputs: on(second, conv('conv3', 3)) });
  }

  it.each(backends)('is that of the network whose gates are fixed factors, on %s', async (backend) => {
    await use(backend);
    const model = fillWeights(build(true), { seed: 3 });
    const image = noiseTensor(shape, 2);
    const fixed = build(false);
    for (const name of ['conv1', 'conv2', 'conv3']) fixed.getLayer(name).setWeights(model.getLayer(name).getWeights());
    const reader = new Deconvnet(model);
    for (const name of ['se1', 'se2']) {
      const gate = await reader.activations(image, `${name}_gate`);
      fixed.getLayer(name).setWeights([tf.reshape(gate, [1, 1, gate.size, 1])]);
    }
    const selections = ['se1', 'pool', 'conv2', 'se2', 'conv3'].flatMap((layer): Selection[] => [
      { layer, featureMap: 1 },
      { layer, featureMap: 2, position: 'strongest' },
      { layer, featureMap: 0, position: [3, 2] },
      { layer, featureMap: 0, position: [0, 5], crop: true },
    ]);
    let lit = 0;
    for (const rule of ['deconvnet', 'guided'] as const) {
      const got = await new Deconvnet(model, { rule }).project(image, selections);
      const want = await new Deconvnet(fixed, { rule }).project(image, selections);
      for (const [i, projection] of got.entries()) {
        const other = want[i]!;
        expect(projection.position).toEqual(other.position);
        expect(projection.landing).toEqual(other.receptiveField);
        expect(projection.pixels.shape).toEqual(other.pixels.shape);
        expectEqual(Array.from(await projection.pixels.data()), Array.from(await other.pixels.data()));
        if (!other.empty) lit++;
      }
    }
    expect(lit).toBeGreaterThan(selections.length);
  });
});

describe.each(backends)('a crop on %s', (backend) => {
  const crops: DeconvnetOptions[] = [{}, { rule: 'guided' }, { gates: 'signal', fallback: 'gradient' }];

  it.each(networks.map(([name, network], number) => ({ name, network, number })))(
    'equals the whole: $name',
    async ({ network, number }) => {
      await use(backend);
      const model = network.make();
      const images = imagesFor(network);
      const { nodes } = new Deconvnet(model).engine.network;
      const shapes = await Promise.all(
        nodes.map(async ({ name }) => {
          const output = await new Deconvnet(model).activations(given(images), name);
          return [1, ...output.shape];
        }),
      );
      const selections = nodes
        .filter(({ inputs, name }) => inputs.length > 0 && !/squeeze|scale|condition/.test(name))
        .flatMap((node, n) =>
          [...somePlaces(extentOf(shapes[node.index]!, node.channelAxis)), 'strongest' as const].map((position, i) => ({
            ...{ layer: node.name, featureMap: (i + 1) % featureMapsOf(node), position },
            crop: (i + n) % 2 === 0,
          })),
        );
      for (const options of inTurn(crops, number)) {
        expect(await expectSame(model, given(images), selections, options)).toBeGreaterThan(selections.length / 4);
        // The way that costs least may mix both: up with the whole image, down on a part.
        const whole = await projectBy('whole', model, given(images), selections, options);
        const cheapest = await new Deconvnet(model, options).project(given(images), selections);
        for (const [i, projection] of cheapest.entries()) {
          const want = await valuesOf(whole[i]!, model);
          for (const [at, values] of (await valuesOf(projection, model)).entries()) {
            if (values) expectEqual(values, want[at]!);
          }
        }
      }
    },
  );
});
