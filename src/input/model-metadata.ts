import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Network } from '../network/network.js';
import {
  INPUT_FORMAT_KEYS,
  type InputFormat,
  type InputFormatName,
  inputFormats,
  type ResolvedInputFormat,
  resolveInputFormat,
} from './input-format.js';
import { teachableMachineFormat } from './teachable-machine.js';

/** What a model's metadata say about its input and output. Metadata that cannot be right are left out. */
export interface ModelMetadata {
  readonly input?: ResolvedInputFormat;
  readonly labels?: readonly string[];
}

/**
 * Reads a model's `userDefinedMetadata`: `preprocessing` (the name of a format, or `{ scale, mean, std, channels, fit }`)
 * and `classes` or `labels`, or what Teachable Machine writes to `metadata.json`. If they give no format and the model
 * begins with a Rescaling layer, the format is `raw`.
 *
 * @param channels - how many channels the model's input has
 */
export function readModelMetadata(network: Network, channels: number): ModelMetadata {
  const metadata = network.model.getUserDefinedMetadata() as Readonly<Record<string, unknown>> | undefined;
  const labels = [metadata?.classes, metadata?.labels].find(isLabels);
  const format = formatOf(metadata?.preprocessing) ?? teachableMachineFormat(metadata);
  const input =
    (format && resolvedOrUnknown(format, channels)) ??
    (beginsWithRescaling(network) ? resolveInputFormat('raw', channels, 'rescaling layer') : undefined);
  return { ...(input && { input }), ...(labels && { labels }) };
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

function beginsWithRescaling({ nodes, inputs }: Network): boolean {
  const readers = nodes.filter((node) => node.inputs.some((index) => inputs.includes(index)));
  return readers.length > 0 && readers.every(({ className }) => className === 'Rescaling');
}
