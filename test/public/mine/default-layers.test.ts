import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, defaultLayers, PatchMiner } from 'deconvnet';
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
