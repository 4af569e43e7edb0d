import { add, div, maximum, minimum, mul, neg, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { keepingMaps } from '../../../mirrors/kit/one-map.js';
import type { Placement } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import * as merges from '../../../mirrors/merge/merge.js';
import { multiply } from '../../../mirrors/merge/multiply.js';
import type { Mirror } from '../../../mirrors/mirror.js';
import type { Layer } from '../../../network/layer-access.js';
import { AddedLayer, type Shape } from '../added-layer.js';

/** An operation on tensors, value by value. Axes of size 1 are stretched; all tensors must have the same number of axes. */
abstract class MergeOperation extends AddedLayer {
  override computeOutputShape(inputShapes: unknown): Shape {
    const shapes = inputShapes as Shape[];
    return shapes.reduce((a, b) => {
      const sizes = a.map((size, axis) => together(size, b[axis]!));
      if (a.length === b.length && sizes.every((size) => size !== undefined)) return sizes;
      throw new DeconvnetError(
        'unsupported-layer',
        `Layer '${this.name}' joins tensors of the shapes [${shapes.map((shape) => shape.join(', ')).join('] and [')}], which do not fit: they must have the same number of axes, and along each axis the same size, or 1. Bring them into one shape by Reshape, and save the model again.`,
        { layer: this.name },
      );
    });
  }
}

/** The size of an axis on which two tensors meet; undefined if they do not fit. An unknown size is taken to fit. */
function together(a: number | null, b: number | null | undefined): number | null | undefined {
  if (a === b) return a;
  if (a === null || b === null) return (a ?? b) === 1 ? null : (a ?? b);
  return a === 1 ? b : b === 1 ? a : undefined;
}

const row = (mirror: (layer: Layer, placement?: Placement) => Mirror, keepsFeatures = false): LayerClass => ({
  mirror: (layer, _roles, placement) => [keepingMaps(mirror(layer, placement))],
  ...(keepsFeatures && { keepsFeatures }),
});

const ADD = row(merges.add, true);
const MULTIPLY = row(multiply, true);
const MAXIMUM = row(merges.maximum);
const MINIMUM = row(merges.minimum);

/** Subtract: the signal goes to the first tensor as it is, and to the second one with the other sign. */
const SUBTRACT = row((_, placement) => {
  // Two inputs that are not negative can have a negative difference.
  const { sign: _sign, ...mirror } = merges.mergeMirror(
    { kind: 'copy', merge: ([a, b]) => sub(a!, b!), share: (signal) => [signal, neg(signal)] },
    placement,
  );
  return mirror;
}, true);

/**
 * Divide: the other tensor counts as a constant at its recorded value. For `y = a / b` the signals are `da = dy / b` and
 * `db = −dy · a / b²`. A gate is a constant and gets no signal; if the divisor is one, only the divisor is recorded.
 */
const DIVIDE = row((_, placement) => {
  const gates = placement?.gates ?? [];
  const toFirst = gates.includes(1);
  return merges.mergeMirror(
    {
      kind: 'factors',
      ...(gates.length > 0 && { gates }),
      merge: ([a, b]) => div(a!, b!),
      record: ([a, b]) => (toFirst ? [b!] : [a!, b!]),
      share(signal, _inputs, recorded) {
        const divisor = recorded.at(-1)!;
        const first = div(signal, divisor);
        return [first, toFirst ? first : neg(div(mul(signal, recorded[0]!), square(divisor)))];
      },
    },
    placement,
  );
}, true);

/** `x + y` of Keras's operations. */
export class AddOperation extends MergeOperation {
  static readonly className = 'AddOperation';
  override deconvnetClass(): LayerClass {
    return ADD;
  }
  protected override compute(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => add(a, b));
  }
}

/** `x − y` of Keras's operations. */
export class SubtractOperation extends MergeOperation {
  static readonly className = 'SubtractOperation';
  override deconvnetClass(): LayerClass {
    return SUBTRACT;
  }
  protected override compute([a, b]: readonly Tensor[]): Tensor {
    return sub(a!, b!);
  }
}

/** `x · y` of Keras's operations. */
export class MultiplyOperation extends MergeOperation {
  static readonly className = 'MultiplyOperation';
  override deconvnetClass(): LayerClass {
    return MULTIPLY;
  }
  protected override compute(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => mul(a, b));
  }
}

/** `x / y` of Keras's operations. */
export class DivideOperation extends MergeOperation {
  static readonly className = 'DivideOperation';
  override deconvnetClass(): LayerClass {
    return DIVIDE;
  }
  protected override compute([a, b]: readonly Tensor[]): Tensor {
    return div(a!, b!);
  }
}

/** The larger one of two values, of Keras's operations. */
export class MaximumOperation extends MergeOperation {
  static readonly className = 'MaximumOperation';
  override deconvnetClass(): LayerClass {
    return MAXIMUM;
  }
  protected override compute([a, b]: readonly Tensor[]): Tensor {
    return maximum(a!, b!);
  }
}

/** The smaller one of two values, of Keras's operations. */
export class MinimumOperation extends MergeOperation {
  static readonly className = 'MinimumOperation';
  override deconvnetClass(): LayerClass {
    return MINIMUM;
  }
  protected override compute([a, b]: readonly Tensor[]): Tensor {
    return minimum(a!, b!);
  }
}
