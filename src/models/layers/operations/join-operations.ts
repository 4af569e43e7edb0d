import { concat, reshape, stack, type Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { axisAt, wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import { concatenate } from '../../../mirrors/merge/concatenate.js';
import { slice } from '../../../tensors/slice.js';
import { AddedLayer, type Shape } from '../added-layer.js';

interface JoinOptions {
  /** Counted from the front, or negative and from the end. */
  readonly axis: number;
}

/** A concat of Keras's operations. Unlike the layer of tfjs, it takes any negative axis. */
export class ConcatenateOperation extends AddedLayer<JoinOptions> {
  static readonly className = 'ConcatenateOperation';

  override computeOutputShape(inputShapes: unknown): Shape {
    const shapes = inputShapes as Shape[];
    const [first] = shapes as [Shape];
    const axis = axisAt(this.options.axis, first.length);
    const fits = shapes.every(
      (shape) => shape.length === first.length && shape.every((size, i) => i === axis || agree(size, first[i]!)),
    );
    if (!fits || axis < 1 || axis >= first.length) throw misfit(this.name, 'joins', shapes, this.options.axis);
    const sizes = shapes.map((shape) => shape[axis]!);
    const made = first.map((size, i) => size ?? shapes.find((shape) => shape[i] !== null)?.[i] ?? null);
    made[axis] = sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
    return made;
  }

  override deconvnetClass(): LayerClass {
    const along = (rank: number): number => axisAt(this.options.axis, rank);
    return { mirror: (layer, _roles, placement) => [concatenate(layer, placement, along)], keepsFeatures: true };
  }

  protected override compute(inputs: readonly Tensor[]): Tensor {
    return concat([...inputs], axisAt(this.options.axis, inputs[0]!.rank));
  }
}

/** A stack of Keras's operations: tensors of one shape, side by side along a new axis. The mirror takes them apart. */
export class StackOperation extends AddedLayer<JoinOptions> {
  static readonly className = 'StackOperation';

  override computeOutputShape(inputShapes: unknown): Shape {
    // A single tensor has its own shape instead of a list.
    const shapes = (Array.isArray((inputShapes as unknown[])[0]) ? inputShapes : [inputShapes]) as Shape[];
    const [first] = shapes as [Shape];
    const axis = axisAt(this.options.axis, first.length + 1);
    const fits = shapes.every(
      (shape) => shape.length === first.length && shape.every((size, i) => agree(size, first[i]!)),
    );
    if (!fits || axis < 1 || axis > first.length) throw misfit(this.name, 'stacks', shapes, this.options.axis);
    return [...first.slice(0, axis), shapes.length, ...first.slice(axis)];
  }

  override deconvnetClass(): LayerClass {
    return {
      mirror: (_, _roles, placement) => [
        wholeExtent(
          {
            kind: 'slice',
            sign: 'as-input',
            up: (inputs) => this.compute(inputs),
            down: (signal, { inputShapes }) =>
              inputShapes.map((shape, i) => {
                const axis = axisAt(this.options.axis, signal.rank);
                const begin = signal.shape.map((_size, at) => (at === axis ? i : 0));
                const size = signal.shape.map((all, at) => (at === axis ? 1 : all));
                return reshape(slice(signal, begin, size), [signal.shape[0]!, ...shape.slice(1)]);
              }),
          },
          placement,
        ),
      ],
      losesPlaces: true,
    };
  }

  protected override compute(inputs: readonly Tensor[]): Tensor {
    return stack([...inputs], axisAt(this.options.axis, inputs[0]!.rank + 1));
  }
}

function agree(a: number | null, b: number | null): boolean {
  return a === null || b === null || a === b;
}

function misfit(name: string, does: string, shapes: readonly Shape[], axis: number): DeconvnetError {
  return new DeconvnetError(
    'unsupported-layer',
    `Layer '${name}' ${does} tensors of the shapes [${shapes.map((shape) => shape.join(', ')).join('] and [')}] along axis ${axis}. The axis must exist and must not be the batch, and the other sizes must be equal. Repair the network, and save the model again.`,
    { layer: name },
  );
}
