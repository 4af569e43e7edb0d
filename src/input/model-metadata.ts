import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Network } from '../network/network.js';
import {
  type InputFormat,
  type InputFormatName,
  inputFormats,
  type ResolvedInputFormat,
  resolveInputFormat,
} from './input-format.js';
import { teachableMachineFormat } from './teachable-machine.js';

/** What a model says of its own input and output, as far as it can be believed. */
export interface ModelMetadata {
  readonly input?: ResolvedInputFormat;
  readonly labels?: readonly string[];
}

/**
 * Reads a model's `userDefinedMetadata`: `preprocessing` (a format's name, or `{ scale, mean, std, channels, fit }`)
 * and `classes` or `labels`; or what Teachable Machine writes to `metadata.json`. A model that begins with a Rescaling layer takes pixels as they are.
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

/** Metadata that means nothing is as good as none: the model may be fine, and the user can still say. */
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
  const known = ['scale', 'mean', 'std', 'channels', 'fit'].filter((key) => key in value);
  if (known.length === 0) return undefined;
  return Object.fromEntries(known.map((key) => [key, (value as Record<string, unknown>)[key]])) as InputFormat;
}

function beginsWithRescaling({ nodes, inputs }: Network): boolean {
  const readers = nodes.filter((node) => node.inputs.some((index) => inputs.includes(index)));
  return readers.length > 0 && readers.every(({ className }) => className === 'Rescaling');
}
