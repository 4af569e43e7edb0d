import type { Layer } from 'deconvnet';
import fc from 'fast-check';
import type { LayerCase } from './layer-case.js';

/** What a generator draws for one case: the options that its layer is made with, and the rest of the case. */
export interface Drawn<Options> extends Omit<LayerCase, 'title' | 'make'> {
  readonly options: Options;
}

/** Cases of one class, each titled by what was drawn; `linear` may depend on the options. */
export function generate<Options>(
  make: (options: Options) => unknown,
  drawn: fc.Arbitrary<Drawn<Options>>,
  linear: boolean | ((options: Options) => boolean) = true,
): fc.Arbitrary<LayerCase> {
  return drawn.map(({ options, ...rest }) => ({
    ...rest,
    make: () => make(options) as Layer,
    linear: typeof linear === 'function' ? linear(options) : linear,
    title: JSON.stringify({ options, inputShapes: rest.inputShapes }),
  }));
}

export const DATA_FORMATS = ['channelsFirst', 'channelsLast'] as const;

/** The names that tfjs-layers registers activation functions under. */
export const ACTIVATIONS: readonly string[] = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'softplus', 'swish', 'mish', 'gelu', 'gelu_new'],
  ...['sigmoid', 'hardSigmoid', 'tanh', 'softsign', 'softmax', 'logSoftmax'],
];

export const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** A number to two decimals, so that a title shows all of it. */
export const decimal = (min: number, max: number): fc.Arbitrary<number> =>
  between(Math.ceil(min * 100), Math.floor(max * 100)).map((hundredths) => hundredths / 100);

/** A shape without its batch. */
export const shapeOf = (minRank: number, maxRank: number, smallest = 1, largest = 5): fc.Arbitrary<number[]> =>
  fc.array(between(smallest, largest), { minLength: minRank, maxLength: maxRank });

/** An axis of an input, the batch being 0: counted from the front, or -1. */
export const axisOf = (shape: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(-1), between(1, shape.length));

/** Options with one input, whose shape they do not depend on. */
export const onShape = <Options>(
  options: fc.Arbitrary<Options>,
  shape: fc.Arbitrary<number[]>,
): fc.Arbitrary<Drawn<Options>> =>
  fc.record({ options, shape }).map(({ options, shape }) => ({ options, inputShapes: [shape] }));

/** A picture of rows and columns, in the order of its data format. */
export const pictureOf = (
  dataFormat: (typeof DATA_FORMATS)[number],
  extent: readonly number[],
  maps: number,
): number[] => (dataFormat === 'channelsFirst' ? [maps, ...extent] : [...extent, maps]);
