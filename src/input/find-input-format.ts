import type { Network } from '../network/network.js';
import { findApplication } from './applications.js';
import {
  type InputFormat,
  type InputFormatName,
  type InputSuggestion,
  type ResolvedInputFormat,
  resolveInputFormat,
} from './input-format.js';
import { leadingLayers } from './leading-layers.js';
import { metadataFormat } from './model-metadata.js';

/** What is known of a model's input format. */
export interface FoundInputFormat {
  readonly format?: ResolvedInputFormat | undefined;
  /** Only if there is no format. */
  readonly suggestion?: InputSuggestion | undefined;
}

/**
 * Finds the input format of a model: in the option `input`; in the model's metadata; by its first layers, if they scale the
 * pixels; or by its name and its layers, if it is an application of Keras as Keras saves it. A model that only contains an
 * application may have been trained on any input, so that the format of the application is a suggestion.
 *
 * @param channels - how many channels the model's input has
 * @throws DeconvnetError `invalid-option` if the option is wrong.
 */
export function findInputFormat(
  network: Network,
  channels: number,
  option?: InputFormatName | InputFormat,
): FoundInputFormat {
  if (option !== undefined) return { format: resolveInputFormat(option, channels, 'option') };
  const format = metadataFormat(network.model, channels);
  if (format) return { format };
  const leading = leadingLayers(network);
  if (leading.scalePixels) return { format: resolveInputFormat('raw', channels, 'layers', leading.scaling) };
  const found = findApplication(network, leading, channels);
  return found?.isWhole
    ? { format: resolveInputFormat(found.input, channels, 'application', [network.model.name]) }
    : { suggestion: found };
}
