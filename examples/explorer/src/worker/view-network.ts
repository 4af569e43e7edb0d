import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Deconvnet, defaultLayers } from 'deconvnet';
import type { NetworkView } from '../protocol';

/** What the page needs to know of a network. */
export function viewNetwork(deconvnet: Deconvnet, warnings: readonly string[]): NetworkView {
  const { model, layers, labels, inputSize, inputFormat, inputSuggestion } = deconvnet;
  return {
    name: model.name,
    layers,
    minedLayers: defaultLayers(deconvnet).layers,
    labels: labels ?? [],
    classes: classesOf(model),
    inputSize,
    warnings,
    inputFormat: inputFormat
      ? { line: deconvnet.describeInput(), name: inputFormat.name, from: inputFormat.from }
      : null,
    inputSuggestion: inputSuggestion ?? null,
    filtersOf: layers.find(({ className }) => className === 'Conv2D')?.name ?? null,
  };
}

/** How many classes the first output with a score for each has; one score can tell two classes apart. */
function classesOf({ outputs }: LayersModel): number {
  for (const { shape } of outputs) {
    const sizes = shape.slice(1).filter((size) => size !== 1);
    if (sizes.length === 0) return 2;
    if (sizes.length === 1 && sizes[0]) return sizes[0];
  }
  return 0;
}
