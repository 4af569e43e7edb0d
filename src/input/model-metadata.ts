import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import {
  INPUT_FORMAT_KEYS,
  type InputFormat,
  type InputFormatName,
  inputFormats,
  type ResolvedInputFormat,
  resolveInputFormat,
} from './input-format.js';
import { teachableMachineFormat } from './teachable-machine.js';

/**
 * The input format in a model's `userDefinedMetadata`: `preprocessing` (the name of a format, or `{ scale, mean, std,
 * channels, fit }`), or what Teachable Machine writes to `metadata.json`. Undefined if there is none, or it cannot be right.
 *
 * @param channels - how many channels the model's input has
 */
export function metadataFormat(model: LayersModel, channels: number): ResolvedInputFormat | undefined {
  const metadata = metadataOf(model);
  const format = formatOf(metadata?.preprocessing) ?? teachableMachineFormat(metadata);
  return format && resolvedOrUnknown(format, channels);
}

/** The names of the classes in a model's `userDefinedMetadata`: `classes` or `labels`. */
export function metadataLabels(model: LayersModel): readonly string[] | undefined {
  const metadata = metadataOf(model);
  return [metadata?.classes, metadata?.labels].find(isLabels);
}

function metadataOf(model: LayersModel): Readonly<Record<string, unknown>> | undefined {
  return model.getUserDefinedMetadata() as Readonly<Record<string, unknown>> | undefined;
}

/** A format in the metadata that cannot be used is ignored: the model may be fine, and the user can still give `input`. */
function resolvedOrUnknown(format: InputFormatName | InputFormat, channels: number): ResolvedInputFormat | undefined {
  try {
    return resolveInputFormat(format, channels, 'metadata');
  } catch (error) {
    if (error instanceof DeconvnetError) return undefined;
    throw error;
  }
}

function isLabels(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((label) => typeof label === 'string');
}

function formatOf(value: unknown): InputFormatName | InputFormat | undefined {
  if (typeof value === 'string' && Object.hasOwn(inputFormats, value)) return value as InputFormatName;
  if (typeof value !== 'object' || value === null) return undefined;
  const known = INPUT_FORMAT_KEYS.filter((key) => key in value);
  if (known.length === 0) return undefined;
  return Object.fromEntries(known.map((key) => [key, (value as Record<string, unknown>)[key]])) as InputFormat;
}
