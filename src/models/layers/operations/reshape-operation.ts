import { reshape as reshaped, type Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import { reshape } from '../../../mirrors/shape/reshape.js';
import { AddedLayer, type Shape } from '../added-layer.js';

/** One of these: the new shape without the batch, the axes that are added, or the axes that are removed. */
interface ReshapeOptions {
  /** -1 stands for the size that is left over. */
  readonly shape?: readonly number[];
  readonly added?: readonly number[];
  /** Axes of size 1; if none is named, all of them. */
  readonly removed?: readonly number[];
}

/** A reshape, expand_dims or squeeze of Keras's operations. The mirror gives the signal the shape of the input again. */
export class ReshapeOperation extends AddedLayer<ReshapeOptions> {
  static readonly className = 'ReshapeOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const [batch = null, ...sizes] = inputShape;
    const made = this.#made(sizes);
    const known = product(sizes);
    const wanted = made && product(made);
    if (made && (known === null || wanted == null || known === wanted)) return [batch, ...made];
    const { shape, added, removed } = this.options;
    const does = shape
      ? `makes [batch, ${shape.join(', ')}]`
      : added
        ? `adds the axes [${added}] to`
        : `removes the axes [${removed}] of`;
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' ${does}${shape ? ' of' : ''} a tensor of the shape [${inputShape.map((size) => size ?? 'any').join(', ')}], which is not possible without mixing the images of a batch. Use the layer Reshape, and save the model again.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    const [batch, ...sizes] = x!.shape;
    return reshaped(x!, [batch!, ...(this.#made(sizes) as number[])]);
  }

  /** The sizes of the result without the batch; undefined if the values of the input do not fill them. */
  #made(sizes: readonly (number | null)[]): (number | null)[] | undefined {
    const { shape, added, removed } = this.options;
    if (shape) {
      const rest = product(shape.filter((size) => size !== -1))!;
      const total = product(sizes);
      const left = total === null ? null : total / rest;
      if (left !== null && !Number.isInteger(left)) return undefined;
      return shape.map((size) => (size === -1 ? left : size));
    }
    if (added) {
      const rank = sizes.length + 1 + added.length;
      const at = added.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
      if (at.some((axis) => axis < 1 || axis >= rank)) return undefined;
      const made = [...sizes];
      for (const axis of at) made.splice(axis - 1, 0, 1);
      return made;
    }
    const rank = sizes.length + 1;
    const named = (removed ?? []).map((axis) => (axis < 0 ? axis + rank : axis) - 1);
    if (named.some((axis) => axis < 0 || axis >= sizes.length || (sizes[axis] ?? 1) !== 1)) return undefined;
    return sizes.filter((size, axis) => (named.length === 0 ? size !== 1 : !named.includes(axis)));
  }
}

const ROW: LayerClass = { mirror: (layer, _roles, placement) => [reshape(layer, placement)], losesPlaces: true };

/** The product of some sizes; null if one is unknown. */
function product(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>((all, size) => (all === null || size === null ? null : all * size), 1);
}
