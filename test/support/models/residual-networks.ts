import type * as tfl from '@tensorflow/tfjs-layers';
import { add, apply, bn, chain, conv, layers, maxPool, model, pad, relu, type Step } from './network-steps.js';

/** ResNet50 (He et al. 2015), as Keras names its layers. */
export function resNet50(): tfl.LayersModel {
  const block =
    (name: string, filters: number, stride: number, isFirst: boolean): Step =>
    (x) => {
      const shortcut = isFirst ? chain(x, conv(`${name}_0_conv`, 4 * filters, { stride }), bn(`${name}_0_bn`)) : x;
      const main = chain(
        x,
        ...[
          conv(`${name}_1_conv`, filters, { stride: isFirst ? stride : 1 }),
          bn(`${name}_1_bn`),
          relu(`${name}_1_relu`),
        ],
        ...[conv(`${name}_2_conv`, filters, { size: 3, padding: 'same' }), bn(`${name}_2_bn`), relu(`${name}_2_relu`)],
        ...[conv(`${name}_3_conv`, 4 * filters), bn(`${name}_3_bn`)],
      );
      return chain(add(`${name}_add`, shortcut, main), relu(`${name}_out`));
    };
  const stacks = [3, 4, 6, 3].flatMap((blocks, i) =>
    Array.from({ length: blocks }, (_, j) =>
      block(`conv${i + 2}_block${j + 1}`, 64 * 2 ** i, i === 0 ? 1 : 2, j === 0),
    ),
  );
  return model((x) =>
    chain(
      x,
      ...[pad(3, 'conv1_pad'), conv('conv1_conv', 64, { size: 7, stride: 2 }), bn('conv1_bn'), relu('conv1_relu')],
      ...[pad(1, 'pool1_pad'), maxPool(3, 2), ...stacks],
    ),
  );
}

/** ResNet50V2 (He et al. 2016): each block begins with its nonlinearity. */
export function resNet50V2(): tfl.LayersModel {
  const block =
    (name: string, filters: number, stride: number, isFirst: boolean): Step =>
    (x) => {
      const before = chain(x, bn(`${name}_preact_bn`), relu(`${name}_preact_relu`));
      const shortcut = isFirst
        ? chain(before, conv(`${name}_0_conv`, 4 * filters, { stride }))
        : stride > 1
          ? chain(x, maxPool(1, stride))
          : x;
      const main = chain(
        before,
        ...[conv(`${name}_1_conv`, filters), bn(`${name}_1_bn`), relu(`${name}_1_relu`)],
        ...[pad(1, `${name}_2_pad`), conv(`${name}_2_conv`, filters, { size: 3, stride })],
        ...[bn(`${name}_2_bn`), relu(`${name}_2_relu`), conv(`${name}_3_conv`, 4 * filters)],
      );
      return add(`${name}_out`, shortcut, main);
    };
  const stacks = [3, 4, 6, 3].flatMap((blocks, i) =>
    Array.from({ length: blocks }, (_, j) =>
      block(`conv${i + 2}_block${j + 1}`, 64 * 2 ** i, j === blocks - 1 && i < 3 ? 2 : 1, j === 0),
    ),
  );
  return model((x) =>
    chain(
      x,
      ...[pad(3, 'conv1_pad'), conv('conv1_conv', 64, { size: 7, stride: 2 }), pad(1, 'pool1_pad'), maxPool(3, 2)],
      ...[...stacks, bn('post_bn'), relu('post_relu')],
    ),
  );
}

/** DenseNet121 (Huang et al. 2016): each block reads all blocks before it. */
export function denseNet121(): tfl.LayersModel {
  const block =
    (name: string): Step =>
    (x) => {
      const made = chain(
        x,
        ...[bn(`${name}_0_bn`), relu(`${name}_0_relu`), conv(`${name}_1_conv`, 128)],
        ...[bn(`${name}_1_bn`), relu(`${name}_1_relu`), conv(`${name}_2_conv`, 32, { size: 3, padding: 'same' })],
      );
      return apply(layers.concatenate({ name: `${name}_concat` }), x, made);
    };
  const transition = (name: string): Step[] => [
    ...[bn(`${name}_bn`), relu(`${name}_relu`), conv(`${name}_conv`, 128)],
    (x) => apply(layers.averagePooling2d({ poolSize: 2, name: `${name}_pool` }), x),
  ];
  const stages = [6, 12, 24, 16].flatMap((blocks, i) => [
    ...Array.from({ length: blocks }, (_, j) => block(`conv${i + 2}_block${j + 1}`)),
    ...(i < 3 ? transition(`pool${i + 2}`) : []),
  ]);
  return model((x) =>
    chain(
      x,
      ...[pad(3), conv('conv1/conv', 64, { size: 7, stride: 2 }), bn('conv1/bn'), relu('conv1/relu')],
      ...[pad(1), maxPool(3, 2), ...stages, bn('bn'), relu('relu')],
    ),
  );
}
