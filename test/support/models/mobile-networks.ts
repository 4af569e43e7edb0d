import type * as tfl from '@tensorflow/tfjs-layers';
import {
  add,
  apply,
  bn,
  chain,
  conv,
  depthwise,
  layers,
  model,
  NARROW,
  pad,
  relu6,
  type Step,
  swish,
} from './network-steps.js';

/** MobileNetV2 (Sandler et al. 2018): each block ends in a linear bottleneck. */
export function mobileNetV2(): tfl.LayersModel {
  const widths = [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320];
  const halving = [1, 3, 6, 13];
  const block =
    (filters: number, i: number): Step =>
    (x) => {
      const name = i === 0 ? 'expanded_conv' : `block_${i}`;
      const below = i === 0 ? 32 : widths[i - 1]!;
      const stride = halving.includes(i) ? 2 : 1;
      const expand =
        i === 0 ? [] : [conv(`${name}_expand`, 6 * below), bn(`${name}_expand_BN`), relu6(`${name}_expand_relu`)];
      const main = chain(
        x,
        ...[...expand, ...(stride === 2 ? [pad(1, `${name}_pad`)] : []), depthwise(`${name}_depthwise`, 3, stride)],
        ...[bn(`${name}_depthwise_BN`), relu6(`${name}_depthwise_relu`)],
        ...[conv(`${name}_project`, filters), bn(`${name}_project_BN`)],
      );
      return stride === 1 && below === filters ? add(`${name}_add`, x, main) : main;
    };
  return model((x) =>
    chain(
      x,
      ...[conv('Conv1', 32, { size: 3, stride: 2, padding: 'same' }), bn('bn_Conv1'), relu6('Conv1_relu')],
      ...[...widths.map(block), conv('Conv_1', 1280), bn('Conv_1_bn'), relu6('out_relu')],
    ),
  );
}

/** EfficientNetB0 (Tan & Le 2019): like MobileNetV2, with a squeeze-and-excitation gate in each block. */
export function efficientNetB0(): tfl.LayersModel {
  const stages = [
    { repeats: 1, size: 3, filters: 16, expand: 1, stride: 1 },
    { repeats: 2, size: 3, filters: 24, expand: 6, stride: 2 },
    { repeats: 2, size: 5, filters: 40, expand: 6, stride: 2 },
    { repeats: 3, size: 3, filters: 80, expand: 6, stride: 2 },
    { repeats: 3, size: 5, filters: 112, expand: 6, stride: 1 },
    { repeats: 4, size: 5, filters: 192, expand: 6, stride: 2 },
    { repeats: 1, size: 3, filters: 320, expand: 6, stride: 1 },
  ];
  interface Block {
    readonly below: number;
    readonly filters: number;
    readonly size: number;
    readonly expand: number;
    readonly stride: number;
  }
  const block =
    (name: string, { below, filters, size, expand, stride }: Block): Step =>
    (x) => {
      const wide = below * expand;
      const features = chain(
        x,
        ...(expand === 1
          ? []
          : [conv(`${name}_expand_conv`, wide), bn(`${name}_expand_bn`), swish(`${name}_expand_activation`)]),
        ...(stride === 2 ? [pad((size - 1) / 2, `${name}_dwconv_pad`)] : []),
        ...[depthwise(`${name}_dwconv`, size, stride), bn(`${name}_bn`), swish(`${name}_activation`)],
      );
      const maps = features.shape.at(-1)!;
      const gate = chain(
        apply(layers.globalAveragePooling2d({ name: `${name}_se_squeeze` }), features),
        (pooled) => apply(layers.reshape({ targetShape: [1, 1, maps], name: `${name}_se_reshape` }), pooled),
        conv(`${name}_se_reduce`, below / 4, { activation: 'swish' }),
        conv(`${name}_se_expand`, maps * NARROW, { activation: 'sigmoid' }),
      );
      const made = chain(
        apply(layers.multiply({ name: `${name}_se_excite` }), features, gate),
        ...[conv(`${name}_project_conv`, filters), bn(`${name}_project_bn`)],
      );
      if (stride > 1 || below !== filters) return made;
      return add(`${name}_add`, apply(layers.dropout({ rate: 0.2, name: `${name}_drop` }), made), x);
    };
  let below = 32;
  const blocks = stages.flatMap(({ repeats, filters, stride, ...stage }, i) =>
    Array.from({ length: repeats }, (_, j) => {
      const made = block(`block${i + 1}${'abcd'[j]}`, { ...stage, below, filters, stride: j === 0 ? stride : 1 });
      below = filters;
      return made;
    }),
  );
  return model((x) =>
    chain(
      x,
      (pixels) => apply(layers.rescaling({ scale: 1 / 255, name: 'rescaling' }), pixels),
      ...[
        pad(1, 'stem_conv_pad'),
        conv('stem_conv', 32, { size: 3, stride: 2 }),
        bn('stem_bn'),
        swish('stem_activation'),
      ],
      ...[...blocks, conv('top_conv', 1280), bn('top_bn'), swish('top_activation')],
    ),
  );
}
