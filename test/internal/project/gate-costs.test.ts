import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { builtInMirror, Deconvnet, type DeconvnetOptions, type Selection } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { ascend, disposeAscent } from '../../../src/project/up/ascend.js';
import { use } from '../../support/backends.js';
import { expectClose } from '../../support/compare.js';
import { countKernels } from '../../support/count-kernels.js';
import { efficientNetB0 } from '../../support/models/mobile-networks.js';
import { expectSame } from '../../support/project/crop-against-whole.js';
import { autograd, imagesFor, stopped, valuesOf } from '../../support/project/gate-oracle.js';
import { gatedNetworks, on } from '../../support/project/gated-networks.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

describe('what a projection above a gate costs', () => {
  beforeAll(() => use('cpu'));
  const conv = { kernelSize: 3, padding: 'same' as const, activation: 'relu' as const };

  /** A stem, a gate, and layers above it. */
  function gated(above: number): tfl.LayersModel {
    const { conv2d, dense, globalAveragePooling2d, multiply } = tfl.layers;
    const input = tfl.input({ shape: [32, 32, 3] });
    const stem = on(input, conv2d({ ...conv, filters: 4, name: 'stem' }));
    const gate = on(stem, globalAveragePooling2d({}), dense({ units: 4, activation: 'sigmoid', name: 'gate' }));
    const y = on([stem, gate], multiply({ name: 'gated' }));
    return fillWeights(tfl.model({ inputs: input, outputs: on(y, conv2d({ ...conv, filters: above, name: 'top' })) }));
  }
  const multiplyAdds = async (model: tfl.LayersModel, selections: Selection[], options: DeconvnetOptions = {}) => {
    const deconvnet = new Deconvnet(model, options);
    const image = noiseTensor(model.inputs[0]!.shape.slice(1) as number[], 1);
    return (await countKernels(() => deconvnet.project(image, selections))).multiplyAdds;
  };
  const at: Selection = { layer: 'top', featureMap: 0, position: [16, 16] };
  // Multiply-adds of a window of the stem, and of the gate; of a window of the top per feature map.
  const [STEM, GATE, TOP] = [9 * 3 * 4, 4 * 4, 9 * 4] as const;
  // A cell of the top reads 3x3 cells of the stem, which read 5x5 pixels. On the way down windows stand on the side with
  // more cells.
  const down = TOP * 9 + STEM * 25;

  it('is a way up on what the activation sees, and a way down on what its signal comes to', async () => {
    expect(await multiplyAdds(gated(8), [at])).toBe(STEM * 1024 + GATE + 8 * TOP + down);
  });

  it('is one whole way up for all selections, if most of the network has to go up anyway', async () => {
    // A cell of the gated layer reads one cell of one map of the stem.
    const up = STEM * 1024 + GATE;
    const one = (STEM / 4) * 9;
    const low: Selection = { ...at, layer: 'gated' };
    expect(await multiplyAdds(gated(8), [low])).toBe(up + one);
    expect(await multiplyAdds(gated(8), [low, { ...low, position: [9, 20] }])).toBe(up + 2 * one);
    const strongest = await multiplyAdds(gated(8), [{ ...at, position: 'strongest' }]);
    expect(strongest).toBeGreaterThan(STEM * 1024 + GATE + 8 * TOP * 1024);
    expect(strongest).toBeLessThanOrEqual(STEM * 1024 + GATE + 8 * TOP * 1024 + down);
  });

  it('is little more than the way up in a network like EfficientNet-B0', async () => {
    const model = fillWeights(efficientNetB0(), { positive: true });
    const selection: Selection = { layer: 'block3a_expand_activation', featureMap: 3, position: [7, 8] };
    const node = new Deconvnet(model).layers.find(({ name }) => name === selection.layer)!;
    expect([node.receptiveField, node.landing?.size]).toEqual([null, [19, 19]]);
    const image = noiseTensor(model.inputs[0]!.shape.slice(1) as number[], 1);
    const up = await countKernels(() => new Deconvnet(model).activations(image, selection.layer));
    const down = (await multiplyAdds(model, [selection])) - up.multiplyAdds;
    // With the signal in all factors, the way down runs on the whole network, as all ways down above a gate once did.
    const whole = (await multiplyAdds(model, [selection], { gates: 'signal' })) - up.multiplyAdds;
    expect(whole).toBeGreaterThan(10 * down);
    expect(down).toBeLessThan(0.1 * up.multiplyAdds);
  });

  it('is the memory of the gate, and not of the factor that it multiplies', async () => {
    const { engine } = new Deconvnet(gated(8));
    const { network, mirrors } = engine;
    const targets = [network.nodes.at(-1)!];
    const image = noiseTensor([1, 32, 32, 3], 1);
    const ascent = ascend(network, mirrors, [image], { targets, record: true, atInputs: true });
    const recorded = ascent.records.map((steps, index) => [
      network.nodes[index]!.name,
      steps.flat().map(({ size }) => size),
    ]);
    expect(recorded.filter(([, sizes]) => sizes!.length > 0)).toEqual([['gated', [4]]]);
    // Nothing is prepared for the layers of the gate, because no signal comes there.
    expect(ascent.prepared[network.nodes.find(({ name }) => name === 'gate')!.index]).toBeUndefined();
    disposeAscent(ascent);
  });

  it('is no tensor that stays', async () => {
    const deconvnet = new Deconvnet(gated(8));
    const image = noiseTensor([32, 32, 3], 1);
    const work = async (): Promise<void> => {
      const selections: Selection[] = [
        at,
        { ...at, position: 'strongest', crop: true },
        { layer: 'top', featureMap: 2 },
      ];
      for (const projection of await deconvnet.project(image, selections)) projection.dispose();
    };
    await work();
    const { numTensors, numBytes } = tf.memory();
    await work();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });
});

describe('mirrors of the user, above and below gates', () => {
  beforeAll(() => use('cpu'));

  it('may record without saying where their records lie', async () => {
    const network = gatedNetworks['two blocks']!;
    const model = network.make();
    const options: DeconvnetOptions = {
      mirrors: {
        between: (layer) => {
          const { recordsLieOn: _none, ...mirror } = builtInMirror(layer, { rule: 'guided' });
          return mirror;
        },
      },
    };
    const selections = [
      [2, 3],
      [11, 9],
    ].map((position): Selection => ({ layer: 'top', featureMap: 1, position }));
    expect(await expectSame(model, imagesFor(network)[0]!, selections, options)).toBe(2);
  });

  it('may have gates of their own', async () => {
    const { make, inputs } = gatedNetworks['a pooling whose window happens to cover the picture']!;
    const model = make();
    const [image] = imagesFor({ inputs }) as [tf.Tensor];
    const mirrors = {
      scaled: () => ({
        window: 'pointwise' as const,
        gates: [1],
        up: ([x, gate]: readonly tf.Tensor[]) => tf.mul(x!, gate!),
        record: ({ inputs: [, gate] }: { readonly inputs: readonly tf.Tensor[] }) => [gate!],
        recordsLieOn: ['whole' as const],
        down: (
          signal: tf.Tensor,
          { recorded, inputShapes }: Parameters<ReturnType<typeof builtInMirror>['down']>[1],
        ) => [tf.mul(signal, recorded[0]!), tf.zeros([signal.shape[0]!, ...inputShapes[1]!.slice(1)])],
      }),
    };
    const deconvnet = new Deconvnet(model, { mirrors });
    expect(deconvnet.layers.find(({ name }) => name === 'scaled')!.gates).toEqual(['scale']);
    expect(deconvnet.layers.find(({ name }) => name === 'top')!.landing!.size).toEqual([5, 5]);
    const [want] = await autograd(stopped(make(), { scaled: ['scale'] }), [image], 1);
    const [got] = await valuesOf(await deconvnet.project(image, { layer: 'top', featureMap: 1 }), model);
    expectClose(got!, want!, 1e-4);
    const selections = [
      [2, 3],
      [11, 9],
    ].map((position): Selection => ({ layer: 'top', featureMap: 1, position }));
    expect(await expectSame(model, image, selections, { mirrors })).toBe(2);
  });

  it('are not needed in a gate', async () => {
    const model = gatedNetworks['a pooling of the user that keeps its axes']!.make();
    const blockedBy = (options: DeconvnetOptions): string | null =>
      new Deconvnet(model, options).layers.find(({ name }) => name === 'top')!.blockedBy;
    expect(blockedBy({})).toBeNull();
    expect(blockedBy({ gates: 'signal' })).toBe('squeeze');
  });
});
