import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { fillWeights } from './networks.js';

const { layers } = tfl;
type Symbolic = tfl.SymbolicTensor;

/** A network with gates, or with factors that look like gates. */
export interface GatedNetwork {
  readonly make: () => tfl.LayersModel;
  /** The shape of each input. */
  readonly inputs: readonly number[][];
  /** For each Multiply layer the names of its gates. */
  readonly gates: Readonly<Record<string, readonly string[]>>;
  /** Whether the layer `top` sees the whole picture, but sends its signal to a part of it. */
  readonly isLocal: boolean;
}

/** Global pooling that keeps its axes: no class of TensorFlow.js, and without a mirror. */
class GlobalPoolingKeepDims extends tfl.layers.Layer {
  static className = 'GlobalAveragePoolingKeepDims';
  override computeOutputShape(shape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, , , maps] = shape as tfl.Shape;
    return [batch!, 1, 1, maps!];
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mean([inputs].flat()[0]!, [1, 2], true);
  }
}
tf.serialization.registerClass(GlobalPoolingKeepDims);

/** Applies layers one after the other. */
export const on = (from: Symbolic | Symbolic[], ...steps: unknown[]): Symbolic =>
  steps.reduce<Symbolic | Symbolic[]>((x, layer) => (layer as tfl.layers.RNN).apply(x) as Symbolic, from) as Symbolic;

const activation = (name: string, fn: string): unknown => layers.activation({ activation: fn as 'relu', name });
const conv = (name: string, filters: number, kernelSize = 3, options: object = {}): unknown =>
  layers.conv2d({ filters, kernelSize, padding: 'same', activation: 'relu', name, ...options });
const squeeze = (name: string): unknown => layers.globalAveragePooling2d({ name });
const dense = (name: string, units: number, fn = 'sigmoid'): unknown =>
  layers.dense({ units, activation: fn as 'relu', name });
const place = (name: string, targetShape: number[]): unknown => layers.reshape({ targetShape, name });
const times = (name: string): unknown => layers.multiply({ name });

/** The stem below a block, the block, and a convolution above it that halves the size. */
function around(shape: (number | null)[], block: (x: Symbolic) => Symbolic, above: object = {}): tfl.LayersModel {
  const input = tfl.input({ shape, name: 'pixels' });
  const stem = on(input, conv('stem', 4, 3, above));
  return tfl.model({ inputs: input, outputs: on(block(stem), conv('top', 3, 3, { strides: 2, ...above })) });
}

const filled = (make: () => tfl.LayersModel) => (): tfl.LayersModel => fillWeights(make(), { seed: 8, positive: true });

const PICTURE = [24, 20, 3];

/** A block on pictures. */
function picture(
  block: (x: Symbolic) => Symbolic,
  gates: GatedNetwork['gates'],
  {
    shape = PICTURE,
    input = shape as number[],
    isLocal = true,
  }: { shape?: (number | null)[]; input?: number[]; isLocal?: boolean } = {},
): GatedNetwork {
  return { make: filled(() => around(shape, block)), inputs: [input], gates, isLocal };
}

/** Squeeze-and-excitation as in EfficientNet. */
const excited =
  (name: string, order: 'gate last' | 'gate first' = 'gate last') =>
  (x: Symbolic): Symbolic => {
    const gate = on(
      x,
      squeeze(`${name}_squeeze`),
      place(`${name}_reshape`, [1, 1, 4]),
      conv(`${name}_reduce`, 2, 1, { activation: 'swish' }),
      conv(`${name}_expand`, 4, 1, { activation: 'sigmoid' }),
    );
    return on(order === 'gate last' ? [x, gate] : [gate, x], times(name));
  };

/** x · hardSigmoid(x), in layers. */
const hardSwish =
  (name: string) =>
  (x: Symbolic): Symbolic =>
    on([x, on(x, activation(`${name}_sigmoid`, 'hardSigmoid'))], times(name));

function shared(): tfl.LayersModel {
  const pooled = squeeze('squeeze');
  const scale = dense('scale', 4);
  const gated = (x: Symbolic, name: string): Symbolic => on([x, on(x, pooled, scale)], times(name));
  return around(PICTURE, (x) => gated(on(gated(x, 'first'), conv('between', 4)), 'second'));
}

function nested(): tfl.LayersModel {
  const inner = tfl.input({ shape: [24, 20, 4] });
  const gate = on(inner, squeeze('squeeze'), dense('scale', 4));
  const block = tfl.model({ inputs: inner, outputs: on([inner, gate], times('gated')), name: 'se' });
  return around(PICTURE, (x) => on(x, block));
}

function channelsFirst(): tfl.LayersModel {
  const dataFormat = 'channelsFirst';
  return around(
    [3, 12, 13],
    (x) =>
      on(
        [x, on(x, layers.globalAveragePooling2d({ dataFormat }), dense('scale', 4), place('gate', [4, 1, 1]))],
        times('gated'),
      ),
    { dataFormat },
  );
}

function signal(): tfl.LayersModel {
  const input = tfl.input({ shape: [40, 2], name: 'samples' });
  const line = (name: string, filters: number, strides = 1): unknown =>
    layers.conv1d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu', name });
  const stem = on(input, line('stem', 4));
  const gate = on(stem, layers.globalAveragePooling1d({}), dense('scale', 4), place('gate', [1, 4]));
  return tfl.model({ inputs: input, outputs: on([stem, gate], times('gated'), line('top', 3, 2)) });
}

function volume(): tfl.LayersModel {
  const input = tfl.input({ shape: [9, 8, 7, 1], name: 'voxels' });
  const block = (name: string, filters: number): unknown =>
    layers.conv3d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', name });
  const stem = on(input, block('stem', 2));
  const gate = on(
    stem,
    place('cells', [9 * 8 * 7, 2]),
    layers.globalAveragePooling1d({}),
    dense('scale', 2),
    place('gate', [1, 1, 1, 2]),
  );
  return tfl.model({ inputs: input, outputs: on([stem, gate], times('gated'), block('top', 2)) });
}

/** Each step of time is a picture with a gate of its own. */
function film(): tfl.LayersModel {
  const input = tfl.input({ shape: [3, 10, 9, 2], name: 'frames' });
  const each = (layer: unknown, name: string): unknown =>
    layers.timeDistributed({ layer: layer as tfl.layers.Layer, name });
  const stem = on(input, each(conv('inner_stem', 4), 'stem'));
  const gate = on(
    stem,
    each(squeeze('inner_squeeze'), 'squeeze'),
    each(dense('inner_scale', 4), 'scale'),
    each(place('inner_place', [1, 1, 4]), 'gate'),
  );
  return tfl.model({ inputs: input, outputs: on([stem, gate], times('gated'), each(conv('inner_top', 3), 'top')) });
}

/** A gate that a second input makes. */
function conditioned(): tfl.LayersModel {
  const condition = tfl.input({ shape: [5], name: 'condition' });
  const pixels = tfl.input({ shape: [12, 11, 3], name: 'pixels' });
  const scaled = on([on(condition, dense('scale', 4)), on(pixels, conv('stem', 4))], times('gated'));
  return tfl.model({ inputs: [condition, pixels], outputs: on(scaled, conv('top', 3)) });
}

/** What is drawn from a code has places, but no path from the pixels that keeps them. */
function drawn(): tfl.LayersModel {
  const input = tfl.input({ shape: [12, 11, 3], name: 'pixels' });
  const code = on(input, conv('stem', 4), squeeze('code'));
  const canvas = on(code, dense('draw', 48, 'relu'), place('canvas', [4, 4, 3]));
  return tfl.model({
    inputs: input,
    outputs: on([canvas, on(code, dense('scale', 3))], times('gated'), conv('top', 3)),
  });
}

/** Gates as real networks have them, and factors that are none. */
export const gatedNetworks: Readonly<Record<string, GatedNetwork>> = {
  'pooling, Reshape and 1x1 convolutions': picture(excited('se'), { se: ['se_expand'] }),
  'the gate as the first factor': picture(excited('se', 'gate first'), { se: ['se_expand'] }),
  'two blocks': picture((x) => excited('se2')(on(excited('se1')(x), conv('between', 4))), {
    se1: ['se1_expand'],
    se2: ['se2_expand'],
  }),
  'a hard sigmoid, and swish out of two factors with places': picture(
    (x) => {
      const y = hardSwish('swish')(x);
      const inside = hardSwish('inside')(
        on(y, layers.globalMaxPooling2d({ name: 'squeeze' }), dense('reduce', 2, 'linear')),
      );
      const gate = on(inside, dense('scale', 4, 'hardSigmoid'), place('gate', [1, 1, 4]));
      return on([y, gate], times('gated'));
    },
    { swish: [], inside: [], gated: ['gate'] },
  ),
  'a vector without a Reshape': picture((x) => on([x, on(x, squeeze('squeeze'), dense('scale', 4))], times('gated')), {
    gated: ['scale'],
  }),
  'a pooling of the user that keeps its axes': picture(
    (x) => on([x, on(x, new GlobalPoolingKeepDims({ name: 'squeeze' }), conv('scale', 4, 1))], times('gated')),
    { gated: ['scale'] },
  ),
  'the same on one cell': picture(
    (x) => {
      const y = on(x, layers.averagePooling2d({ poolSize: 5, strides: 5, name: 'cell' }));
      return on([y, on(y, new GlobalPoolingKeepDims({ name: 'squeeze' }), conv('scale', 4, 1))], times('gated'));
    },
    { gated: ['scale'] },
    { shape: [5, 5, 3], isLocal: false },
  ),
  'two gates, and one that multiplies the other': picture(
    (x) => {
      const [a, b] = ['a', 'b'].map((name) => on(x, squeeze(`squeeze_${name}`), dense(name, 4)));
      return on([a!, x, on([a!, b!], times('both'))], times('gated'));
    },
    { both: [], gated: ['a', 'both'] },
  ),
  'attention to channels, then to places': picture(
    (x) => {
      const inner = dense('mlp', 4, 'linear');
      const [mean, max] = [squeeze('mean'), layers.globalMaxPooling2d({ name: 'max' })].map((pool) =>
        on(x, pool, inner),
      );
      const channels = on(
        [mean!, max!],
        layers.add({ name: 'sum' }),
        activation('gate', 'sigmoid'),
        place('placed', [1, 1, 4]),
      );
      const y = on([x, channels], times('gated'));
      return on([y, on(y, conv('where', 1, 3, { activation: 'softplus' }))], times('attended'));
    },
    { gated: ['placed'], attended: [] },
  ),
  'a pooling whose window happens to cover the picture': picture(
    (x) =>
      on(
        [x, on(x, layers.averagePooling2d({ poolSize: [24, 20], name: 'mean' }), conv('scale', 4, 1))],
        times('scaled'),
      ),
    { scaled: [] },
    { isLocal: false },
  ),
  'layers that two blocks share': {
    make: filled(shared),
    inputs: [PICTURE],
    gates: { first: ['scale'], second: ['scale#2'] },
    isLocal: true,
  },
  'a nested model': { make: filled(nested), inputs: [PICTURE], gates: { 'se/gated': ['se/scale'] }, isLocal: true },
  'pictures of any size': picture(excited('se'), { se: ['se_expand'] }, { shape: [null, null, 3], input: [21, 18, 3] }),
  'channels first': { make: filled(channelsFirst), inputs: [[3, 12, 13]], gates: { gated: ['gate'] }, isLocal: true },
  'one axis': { make: filled(signal), inputs: [[40, 2]], gates: { gated: ['gate'] }, isLocal: true },
  'three axes': { make: filled(volume), inputs: [[9, 8, 7, 1]], gates: { gated: ['gate'] }, isLocal: true },
  'each step of time': { make: filled(film), inputs: [[3, 10, 9, 2]], gates: { gated: ['gate'] }, isLocal: true },
  'a second input': {
    make: filled(conditioned),
    inputs: [[5], [12, 11, 3]],
    gates: { gated: ['scale'] },
    isLocal: true,
  },
  'a picture drawn from a code': { make: filled(drawn), inputs: [[12, 11, 3]], gates: { gated: [] }, isLocal: false },
};
