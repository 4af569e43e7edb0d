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
    inputSize,
    warnings,
    inputFormat: inputFormat
      ? { line: deconvnet.describeInput(), name: inputFormat.name, from: inputFormat.from }
      : null,
    inputSuggestion: inputSuggestion ?? null,
    filtersOf: layers.find(({ className }) => className === 'Conv2D')?.name ?? null,
  };
}
