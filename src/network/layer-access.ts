// Members of tfjs that are private or have no types. Only `lazy-weights.ts` touches others, while layers are built.
import { engine } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

/** A layer of tfjs-layers, built-in or the user's own class. */
export type Layer = LayersModel['layers'][number];
/** Sizes per axis, the batch first; null if the axis may have any size. */
export type Shape = readonly (number | null)[];

/** The class name that a layer is registered under. It replaces `instanceof`, because an app may load two copies of tfjs-layers. */
export function classNameOf(layer: Layer): string {
  return layer.getClassName();
}

/** Whether a layer is a model used as a layer. */
export function isModel(layer: Layer): layer is LayersModel {
  const candidate = layer as Partial<LayersModel>;
  return Array.isArray(candidate.layers) && Array.isArray(candidate.inputs) && Array.isArray(candidate.outputs);
}

/** Whether an object has the members of a LayersModel. */
export function isLayersModel(model: unknown): model is LayersModel {
  if (typeof model !== 'object' || model === null) return false;
  const candidate = model as Partial<LayersModel>;
  return typeof candidate.getClassName === 'function' && Array.isArray(candidate.layers);
}

/** The inputs of the application of a layer that made this tensor. */
export function inputsOf(tensor: SymbolicTensor): readonly SymbolicTensor[] {
  const node = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
  // The node of an input layer names its own tensor as its input.
  return node.inboundLayers.length === 0 ? [] : node.inputTensors;
}

/** Whether a call runs inside a `tf.tidy` of the caller, which would dispose what an async call makes. */
export function insideTidy(): boolean {
  return engine().state.scopeStack.length > 0;
}

/** The current value of each weight of a layer, owned by the layer. */
export function weightsOf(layer: Layer): ReturnType<Layer['getWeights']> {
  return layer.getWeights();
}

/** Frees what a failed gradient has left on the tape: tfjs frees it only if the gradient succeeds. */
export function releaseTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0 || !state.activeTape) return;
  for (const { saved } of state.activeTape) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = null as unknown as typeof state.activeTape;
}

/** Whether a layer's weights have been disposed with its model. */
export function isDisposed(layer: Layer): boolean {
  const { _refCount: references } = layer as unknown as { _refCount: number | null };
  return references === 0;
}

/** The object that computes a layer's activation function; undefined if the layer has none. */
export function activationObject(layer: Layer): unknown {
  return (layer as unknown as { activation?: unknown }).activation;
}

/** The layer inside a wrapper: a TimeDistributed runs it at each step of time. */
export function wrappedLayer(wrapper: Layer): Layer {
  return (wrapper as unknown as { layer: Layer }).layer;
}
