import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tfjs counts, to know when a layer can be disposed. */
interface Counted {
  _refCount: number | null;
}

/**
 * Lets `dispose` of a model free all its layers. tfjs counts the calls of a layer, and a model that is disposed takes back
 * one of them. A layer that is called twice would keep its weights, and so would a model that is not the first layer of
 * a Sequential.
 *
 * @param model a model that was just built, so that nothing else uses its layers
 */
export function holdOnce(model: LayersModel): void {
  const { internalContainerRefs = [] } = model as unknown as { readonly internalContainerRefs?: readonly unknown[] };
  for (const layer of model.layers) {
    // A model is disposed once for being a layer, and once for each time that it stands in this list.
    (layer as unknown as Counted)._refCount = 1 + internalContainerRefs.filter((one) => one === layer).length;
    if ('layers' in layer) holdOnce(layer as unknown as LayersModel);
  }
}
