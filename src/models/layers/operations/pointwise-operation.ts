import {
  abs,
  cast,
  clipByValue,
  div,
  exp,
  greater,
  less,
  log,
  logicalAnd,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  rsqrt,
  sign,
  sqrt,
  square,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import { type Activation, activationNamed } from '../../../mirrors/rectify/activation.js';
import { nonlinearity } from '../../../mirrors/rectify/nonlinearity.js';
import { AddedLayer, type Shape } from '../added-layer.js';

/** What a pointwise operation computes, and with which numbers. */
interface PointwiseOptions {
  readonly kind: 'gelu' | 'power' | 'abs' | 'exp' | 'log' | 'divideInto' | 'atLeast' | 'atMost' | 'clip';
  readonly numbers?: readonly number[];
}

type Known = Pick<Activation, 'nonNegative' | 'bounded' | 'apply'> & { readonly derivative: (x: Tensor) => Tensor };

/** 1 where a condition is true, 0 elsewhere. */
const where = (condition: Tensor): Tensor => cast(condition, 'float32');

/** `x` to a power. The square and the roots have kernels of their own, which round better. */
function power(x: Tensor, exponent: number): Tensor {
  if (exponent === 2) return square(x);
  if (exponent === 1) return mul(x, 1);
  if (exponent === 0.5) return sqrt(x);
  if (exponent === -0.5) return rsqrt(x);
  return exponent === -1 ? div(1, x) : pow(x, exponent);
}

/** The functions, with their derivatives at the input. */
const FUNCTIONS: Readonly<Record<Exclude<PointwiseOptions['kind'], 'gelu'>, (first: number, second: number) => Known>> =
  {
    power: (exponent) => ({
      nonNegative: exponent % 2 === 0 || exponent % 1 !== 0,
      bounded: false,
      apply: (x) => power(x, exponent),
      derivative: (x) => mul(exponent, exponent === 2 ? x : power(x, exponent - 1)),
    }),
    abs: () => ({ nonNegative: true, bounded: false, apply: abs, derivative: sign }),
    exp: () => ({ nonNegative: true, bounded: false, apply: exp, derivative: exp }),
    log: () => ({ nonNegative: false, bounded: false, apply: log, derivative: (x) => div(1, x) }),
    divideInto: (dividend) => ({
      nonNegative: false,
      bounded: false,
      apply: (x) => div(dividend, x),
      derivative: (x) => neg(div(dividend, square(x))),
    }),
    atLeast: (least) => ({
      nonNegative: least >= 0,
      bounded: false,
      apply: (x) => maximum(x, least),
      derivative: (x) => where(greater(x, least)),
    }),
    atMost: (most) => ({
      nonNegative: false,
      bounded: true,
      apply: (x) => minimum(x, most),
      derivative: (x) => where(less(x, most)),
    }),
    clip: (least, most) => ({
      nonNegative: least >= 0,
      bounded: true,
      apply: (x) => clipByValue(x, least, most),
      derivative: (x) => where(logicalAnd(greater(x, least), less(x, most))),
    }),
  };

/**
 * A function of each value, of Keras's operations, such as a power, or a limit. All rules multiply the signal by the
 * derivative at the recorded input, as they do for a sigmoid; `guided` takes the positive signal only. The approximate GELU
 * is one of them, and its mirror is that of every GELU.
 */
export class PointwiseOperation extends AddedLayer<PointwiseOptions> {
  static readonly className = 'PointwiseOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override deconvnetClass(): LayerClass {
    return {
      mirror: (_, roles, placement) => [nonlinearity(this.#activation(), roles.rectify, placement)],
      isNonlinear: () => true,
    };
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return this.#activation().apply(x!);
  }

  #activation(): Activation {
    const { kind, numbers = [] } = this.options;
    // tfjs has this function too, but cannot read its name from a file.
    if (kind === 'gelu') return activationNamed('gelu_new', this.name);
    const { derivative, ...known } = FUNCTIONS[kind](numbers[0] ?? 0, numbers[1] ?? 0);
    return {
      ...known,
      name: [kind, ...numbers].join(' '),
      family: 'squashing',
      derivativeOf: 'input',
      pullback: (signal, x) => mul(signal, derivative(x)),
    };
  }
}
