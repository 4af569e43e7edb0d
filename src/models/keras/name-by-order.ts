import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { SavedWeight } from './repair-weights.js';

type Layer = LayersModel['layers'][number];

/**
 * Gives weights that have numbers instead of names, `layer/0`, `layer/1` ..., the names of the layer's weights in order.
 * Keras and TensorFlow.js count alike in a layer: trainable weights first. If a layer has another number of weights, or is
 * a model, its numbers stay, and an error will name them.
 */
export function byOrder(weights: readonly SavedWeight[], model: LayersModel): SavedWeight[] {
  const counts = new Map<string, number>();
  for (const { spec } of weights) {
    const layer = numbered(spec.name)?.layer;
    if (layer !== undefined) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  if (counts.size === 0) return [...weights];
  const layers = new Map(allLayers(model).map((layer) => [layer.name, layer]));
  return weights.map((one) => {
    const place = numbered(one.spec.name);
    const layer = place && layers.get(place.layer);
    // In a model the two do not count alike if a part of it is frozen, and a guess could be wrong without a sign.
    if (!place || !layer || 'layers' in layer || layer.weights.length !== counts.get(place.layer)) return one;
    return { ...one, spec: { ...one.spec, name: layer.weights[place.number]?.originalName ?? one.spec.name } };
  });
}

function numbered(name: string): { readonly layer: string; readonly number: number } | undefined {
  const [, layer, number] = /^(.+)\/(\d+)$/.exec(name) ?? [];
  return layer === undefined ? undefined : { layer, number: Number(number) };
}

/** The layers of a model, and those of the models in it. */
function allLayers({ layers }: LayersModel): Layer[] {
  return layers.flatMap((layer) => [
    layer,
    ...('layers' in layer && Array.isArray(layer.layers) ? allLayers(layer as unknown as LayersModel) : []),
  ]);
}
