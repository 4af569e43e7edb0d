// Building layers without their weights. Beside `layer-access.ts`, the only file that touches private members of layers.
import { cast, type DataType, engine, serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { Layer } from './layer-access.js';

type Weight = LayersModel['weights'][number];
type Initializer = { apply(shape: readonly number[], dtype?: DataType): Tensor };
type AddWeight = (
  this: Layer,
  name: string,
  shape: readonly number[],
  dtype: DataType | null | undefined,
  initializer: Initializer,
  ...rest: unknown[]
) => Weight;

/** Weights that were made without values. */
export interface LazyWeights {
  /** Runs the initializers of the weights that still have no values. */
  initialize(): void;
}

/** The types of the values that a placeholder can have. */
const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/**
 * Builds layers without running their initializers, so that weights which a file will replace are neither drawn nor
 * written to the backend. A weight gets its values when it is written. If somebody reads it before, its initializer
 * runs at that moment, so the layers can be used like others.
 *
 * @param build makes and builds layers, and does not wait for anything
 * @param onWeight is told the shape of each weight before it is made. It may throw to stop the build
 */
export function buildLazily(build: () => void, onWeight: (shape: readonly number[]) => void): LazyWeights {
  const pending = new Map<Weight, () => void>();
  const restore = [...rootPrototypes()].map((prototype) => {
    const { addWeight } = prototype;
    prototype.addWeight = function addLazily(name, shape, dtype, initializer, ...rest) {
      onWeight(shape);
      const type = dtype ?? 'float32';
      if (!isPlain(type)) return addWeight.call(this, name, shape, dtype, initializer, ...rest);
      const weight = addWeight.call(this, name, shape, type, { apply: () => placeholder(shape, type) }, ...rest);
      pending.set(weight, () => {
        const drawn = initializer.apply(shape, type);
        weight.write(drawn.dtype === type ? drawn : cast(drawn, type));
      });
      settleWhenUsed(weight, pending);
      return weight;
    };
    return () => {
      prototype.addWeight = addWeight;
    };
  });
  try {
    build();
  } finally {
    for (const undo of restore) undo();
  }
  return {
    initialize() {
      for (const weight of [...pending.keys()]) weight.read();
    },
  };
}

/** Until a weight is first read or written, its two methods are replaced by ones that take its initializer into account. */
function settleWhenUsed(weight: Weight, pending: Map<Weight, () => void>): void {
  const settle = (): (() => void) => {
    const initialize = pending.get(weight)!;
    pending.delete(weight);
    // What remains are the methods of the class.
    for (const method of ['read', 'write'] as const) delete (weight as Partial<Weight>)[method];
    return initialize;
  };
  weight.read = () => {
    tidy(settle());
    return weight.read();
  };
  weight.write = (values) => {
    settle();
    return weight.write(values);
  };
}

/** A tensor that has a shape, but only the memory of one value. It must not be read. */
function placeholder(shape: readonly number[], dtype: keyof typeof ARRAYS): Tensor {
  const dataId = engine().backend.write(new ARRAYS[dtype](1), [1], dtype);
  return engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype });
}

function isPlain(dtype: DataType): dtype is keyof typeof ARRAYS {
  return Object.hasOwn(ARRAYS, dtype);
}

interface LayerPrototype {
  addWeight: AddWeight;
}

/**
 * The base class of all registered layers: one for each copy of tfjs-layers, because the copies register their classes in
 * the same list.
 */
function rootPrototypes(): Set<LayerPrototype> {
  const registered = Object.values(serialization.SerializationMap.getMap().classNameMap).map(
    ([made]) => made.prototype,
  );
  const roots = [layers.Layer.prototype, ...registered].map(rootOf).filter((root) => root !== undefined);
  return new Set(roots);
}

/** The lowest class of an object's chain that has the method `addWeight`. */
function rootOf(prototype: object | undefined): LayerPrototype | undefined {
  let root: object | undefined;
  for (let one = prototype; one; one = Object.getPrototypeOf(one) as object | undefined) {
    if (Object.hasOwn(one, 'addWeight')) root = one;
  }
  return root as LayerPrototype | undefined;
}
