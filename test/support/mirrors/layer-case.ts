import { getBackend } from '@tensorflow/tfjs-core';
import type { Layer } from 'deconvnet';
import type { BackendName } from 'deconvnet/backends';
import type fc from 'fast-check';

/** A backend on which something is not tested, and why. */
export interface Exception {
  readonly backend: BackendName;
  readonly reason: string;
}

/** A layer and the shapes of its inputs. */
export interface LayerCase {
  /** Names the case in a failure. */
  readonly title: string;
  readonly make: () => Layer;
  /** The shape of each input, without the batch. */
  readonly inputShapes: readonly number[][];
  /** The number of rows of the batch; 2 by default. */
  readonly batch?: number;
  /** Whether the layer is linear but for a bias, so that its mirror must be its adjoint; true by default. */
  readonly linear?: boolean;
  /** Whether the mirror has a window over spatial axes, so that it must work on regions; tested if true. */
  readonly windowed?: boolean;
  /** Which axis counts feature maps, the batch being 0; by default what `dataFormat` says, else the last. */
  readonly channelAxis?: number;
  /** The same for the inputs, if it is another one. */
  readonly inputChannelAxis?: number;
  /** Backends where tfjs computes the layer's own call wrong, so that nothing can be compared with it. */
  readonly wrongOn?: readonly Exception[];
  /** Backends where the layer's own call throws. */
  readonly throwsOn?: readonly Exception[];
}

/** How a class of layers is tested. */
export interface LayerClass {
  /** Cases that are written down. */
  readonly fixed: readonly LayerCase[];
  /** Cases with generated options and shapes. */
  readonly generated: fc.Arbitrary<LayerCase>;
}

/** Classes of layers by name. */
export type LayerClasses = Readonly<Record<string, LayerClass>>;

/** A case that is written down. The types of tfjs name few of its layers' classes, so `make` may return anything. */
export function layerCase(
  make: () => unknown,
  inputShapes: readonly number[][],
  more: Partial<Omit<LayerCase, 'make' | 'inputShapes'>> = {},
): LayerCase {
  return { title: JSON.stringify(inputShapes), make: make as () => Layer, inputShapes, ...more };
}

/** One reason that counts on several backends. */
export const except = (reason: string, ...backends: readonly BackendName[]): Exception[] =>
  backends.map((backend) => ({ backend, reason }));

const isHere = (exceptions: readonly Exception[] = []): boolean =>
  exceptions.some(({ backend }) => backend === getBackend());

/** Whether tfjs computes the layer's own call wrong on the current backend. */
export const isWrongHere = ({ wrongOn }: LayerCase): boolean => isHere(wrongOn);

/** Whether the layer's own call throws on the current backend. */
export const throwsHere = ({ throwsOn }: LayerCase): boolean => isHere(throwsOn);

/** Whether the mirror can be compared with the layer's own call as its adjoint, on the current backend. */
export const isLinearHere = (one: LayerCase): boolean => one.linear !== false && !isWrongHere(one);
