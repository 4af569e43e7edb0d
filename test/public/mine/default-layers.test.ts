import type { Tensor as Values } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, defaultLayers, type Mirror, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { efficientNetB0, mobileNetV2 } from '../../support/models/mobile-networks.js';
import { denseNet121, resNet50, resNet50V2 } from '../../support/models/residual-networks.js';

const count = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);

/** The names of the blocks of a ResNet. */
const blocks = [3, 4, 6, 3].flatMap((size, i) => count(size).map((block) => `conv${i + 2}_block${block}`));
/** The blocks of DenseNet121, dense block by dense block. */
const dense = [6, 12, 24, 16].map((size, i) => count(size).map((block) => `conv${i + 2}_block${block}`));
const mobile = count(16).map((block) => `block_${block}`);
const efficient = ['1a', '2ab', '3ab', '4abc', '5abc', '6abcd', '7a'].flatMap((stage) =>
  [...stage.slice(1)].map((letter) => `block${stage[0]}${letter}`),
);

interface Expected {
  readonly model: () => tfl.LayersModel;
  readonly layers: readonly string[];
  readonly linear: readonly string[];
  readonly wholeImage?: readonly string[];
}

/** Written from the published structures, by the rules that docs/mining.md states. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  ResNet50: {
    model: resNet50,
    // The ReLU above the Add of a block stands for the last convolution of the block and for that of the shortcut.
    layers: ['conv1_relu', ...blocks.flatMap((block) => [`${block}_1_relu`, `${block}_2_relu`, `${block}_out`])],
    linear: [],
  },
  ResNet50V2: {
    model: resNet50V2,
    // What a block adds is rectified at the beginning of the next block. The first block reads the pooled stem, whose
    // convolution has no nonlinearity of its own.
    layers: [
      ...blocks.flatMap((block, i) => [
        ...(i === 0 ? [] : [`${block}_preact_relu`]),
        ...[`${block}_1_relu`, `${block}_2_relu`],
      ]),
      'post_relu',
    ],
    linear: ['conv1_conv'],
  },
  DenseNet121: {
    model: denseNet121,
    // The first block of each dense block reads pooled features. Between dense blocks a convolution is pooled linearly.
    layers: [
      'conv1/relu',
      ...dense.flatMap((names, i) => [
        ...names.flatMap((block, j) => [...(j === 0 ? [] : [`${block}_0_relu`]), `${block}_1_relu`]),
        i < 3 ? `pool${i + 2}_relu` : 'relu',
      ]),
    ],
    linear: ['pool2_conv', 'pool3_conv', 'pool4_conv'],
  },
  MobileNetV2: {
    model: mobileNetV2,
    layers: [
      ...['Conv1_relu', 'expanded_conv_depthwise_relu'],
      ...mobile.flatMap((block) => [`${block}_expand_relu`, `${block}_depthwise_relu`]),
      'out_relu',
    ],
    linear: ['expanded_conv_project', ...mobile.map((block) => `${block}_project`)],
  },
  EfficientNetB0: {
    model: efficientNetB0,
    layers: [
      'stem_activation',
      ...efficient.flatMap((block, i) => [...(i === 0 ? [] : [`${block}_expand_activation`]), `${block}_activation`]),
      'top_activation',
    ],
    linear: efficient.map((block) => `${block}_project_conv`),
    wholeImage: efficient.flatMap((block) => [`${block}_se_reduce`, `${block}_se_expand`]),
  },
};

describe('the layers that are mined by default', () => {
  beforeAll(() => use('cpu'));

  it.each(Object.entries(EXPECTED))('of %s are the nonlinearities above its convolutions', (_, expected) => {
    const deconvnet = new Deconvnet(expected.model());
    const { layers, leftOut } = defaultLayers(deconvnet);
    const order = deconvnet.layers.map(({ name }) => name);
    const sorted = (names: readonly string[]): string[] =>
      [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    expect(layers).toEqual(sorted(expected.layers));
    expect(leftOut.filter(({ why }) => why === 'linear').map(({ layer }) => layer)).toEqual(sorted(expected.linear));
    expect(leftOut.filter(({ why }) => why === 'whole-image').map(({ layer }) => layer)).toEqual(
      sorted(expected.wholeImage ?? []),
    );
    expect(new PatchMiner(deconvnet).layers).toEqual(layers);
    deconvnet.model.dispose();
  });
});

const { layers } = tfl;
type Tensor = tfl.SymbolicTensor;
type Tensors = Values | Values[];
const through = (x: Tensor, ...made: tfl.layers.Layer[]): Tensor =>
  made.reduce((below, layer) => layer.apply(below) as Tensor, x);
const conv = (name: string, activation: 'relu' | 'linear' = 'linear'): tfl.layers.Layer =>
  layers.conv2d({ filters: 2, kernelSize: 1, activation, name });
const relu = (name: string): tfl.layers.Layer => layers.reLU({ name });

const passOn: Mirror = { window: 'pointwise', down: (signal) => signal.clone() };

/** A layer of a class that the library does not know. */
function strange(className: string, name: string): tfl.layers.Layer {
  class Strange extends tfl.layers.Layer {
    static readonly className: string = className;
    override call(inputs: Tensors): Tensors {
      return inputs;
    }
  }
  return new Strange({ name });
}

/** What is chosen in a network on pictures of 8x8 pixels, and what is left out. */
function chosen(build: (input: Tensor) => Tensor, options: DeconvnetOptions = {}): [readonly string[], string[]] {
  const input = tfl.input({ shape: [8, 8, 3] });
  const deconvnet = new Deconvnet(tfl.model({ inputs: input, outputs: build(input) }), options);
  const { layers: names, leftOut } = defaultLayers(deconvnet);
  return [names, leftOut.map(({ layer, why, blockedBy }) => [layer, why, ...(blockedBy ? [blockedBy] : [])].join(' '))];
}

describe('a layer that is mined by default', () => {
  beforeAll(() => use('cpu'));

  it('may run at each step of time, as the layer inside it does by itself', () => {
    const input = tfl.input({ shape: [3, 8, 8, 3] });
    const timed = (layer: tfl.layers.Layer, name: string): tfl.layers.Layer => layers.timeDistributed({ layer, name });
    const { globalAveragePooling2d, lstm, maxPooling2d } = layers;
    const top = through(
      input,
      timed(conv('a', 'relu'), 'fused'),
      timed(conv('b'), 'linear'),
      timed(layers.batchNormalization({}), 'bn'),
      timed(relu('c'), 'relu'),
      timed(conv('d'), 'pooled'),
      timed(maxPooling2d({ poolSize: 2 }), 'pool'),
      timed(globalAveragePooling2d({}), 'means'),
      lstm({ units: 2, recurrentInitializer: 'zeros', name: 'lstm' }),
    );
    const deconvnet = new Deconvnet(tfl.model({ inputs: input, outputs: top }));
    expect(defaultLayers(deconvnet)).toEqual({
      layers: ['fused', 'relu'],
      leftOut: [{ layer: 'pooled', why: 'linear', blockedBy: null }],
    });
  });

  it('is the convolution itself if it ends in a nonlinearity', () => {
    const fire = (x: Tensor): Tensor => {
      const squeezed = conv('squeeze', 'relu').apply(x) as Tensor;
      const made = [conv('expand1', 'relu'), conv('expand3', 'relu')].map((one) => one.apply(squeezed) as Tensor);
      return through(layers.concatenate({ name: 'join' }).apply(made) as Tensor, relu('above'));
    };
    expect(chosen(fire)).toEqual([['squeeze', 'expand1', 'expand3'], []]);
  });

  it('is reached through what keeps features apart, and not through a pooling or a linear Activation', () => {
    const kept = [
      layers.batchNormalization(),
      layers.dropout({ rate: 0.5 }),
      layers.zeroPadding2d({ padding: 1 }),
      layers.activation({ activation: 'linear' }),
    ];
    expect(chosen((x) => through(x, conv('c'), ...kept, relu('r')))).toEqual([['r'], []]);
    const pooled = (x: Tensor): Tensor =>
      through(x, conv('a'), layers.averagePooling2d({ poolSize: 2 }), relu('r'), conv('b', 'relu'));
    expect(chosen(pooled)).toEqual([['b'], ['a linear']]);
  });

  it('is the nearest one, and the first on the way up of those that are equally near', () => {
    const near = (x: Tensor): Tensor => {
      const below = conv('c').apply(x) as Tensor;
      const [far, close] = [through(below, layers.batchNormalization(), relu('far')), through(below, relu('close'))];
      return layers.add({}).apply([far, close]) as Tensor;
    };
    expect(chosen(near)).toEqual([['close'], []]);
    const equal = (x: Tensor): Tensor => {
      const below = conv('c').apply(x) as Tensor;
      return layers.add({}).apply([through(below, relu('one')), through(below, relu('two'))]) as Tensor;
    };
    expect(chosen(equal)).toEqual([['one'], []]);
  });

  it('lies above the gate of a block, whose own layers have no place and are left out', () => {
    const gated = (x: Tensor): Tensor => {
      const main = through(x, conv('main'), layers.batchNormalization());
      const gate = through(
        main,
        ...[layers.globalAveragePooling2d({}), layers.reshape({ targetShape: [1, 1, 2] })],
        ...[conv('narrow', 'relu'), conv('wide'), layers.activation({ activation: 'sigmoid' })],
      );
      return through(layers.multiply({}).apply([main, gate]) as Tensor, relu('out'));
    };
    expect(chosen(gated)).toEqual([['out'], ['narrow whole-image', 'wide whole-image']]);
  });

  it('may have a single position if windows have made it so', () => {
    const shrunk = layers.conv2d({ filters: 2, kernelSize: 8, activation: 'relu', name: 'all' });
    expect(chosen((x) => through(x, shrunk))).toEqual([['all'], []]);
  });

  it('is a convolution where none has a nonlinearity, and a dense layer where there are no convolutions', () => {
    const flat = (): tfl.layers.Layer[] => [layers.flatten(), layers.dense({ units: 2, name: 'd' })];
    expect(chosen((x) => through(x, conv('c'), ...flat()))).toEqual([['c'], []]);
    expect(chosen((x) => through(x, ...flat(), relu('r'), layers.dense({ units: 2, name: 'e' })))).toEqual([
      ['r'],
      ['e linear'],
    ]);
    expect(chosen((x) => through(x, ...flat()))).toEqual([['d'], []]);
    expect(chosen((x) => through(x, layers.flatten()))).toEqual([[], []]);
  });

  it('can be projected', () => {
    const blocked = (x: Tensor): Tensor =>
      through(x, conv('a', 'relu'), strange('Strange', 'strange'), conv('b', 'relu'));
    expect(chosen(blocked)).toEqual([['a'], ['b no-mirror strange']]);
    expect(chosen(blocked, { fallback: 'gradient' })).toEqual([['a', 'b'], []]);
  });

  it('is found under classes of the user by their names', () => {
    const mirrors = { norm: () => passOn, h: () => passOn, scale: () => passOn };
    const named = (x: Tensor): Tensor =>
      through(
        x,
        conv('c'),
        strange('GroupNorm', 'norm'),
        strange('HardSwish', 'h'),
        conv('d'),
        strange('Scale', 'scale'),
      );
    expect(chosen(named, { mirrors })).toEqual([['h'], ['d linear']]);
    // Without a mirror for it, only the convolution below can be projected.
    expect(chosen((x) => through(x, conv('c'), strange('HardSwish', 'h')))).toEqual([['c'], []]);
  });

  it('is asked of a Deconvnet alone', () => {
    expect(() => defaultLayers({} as Deconvnet)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
