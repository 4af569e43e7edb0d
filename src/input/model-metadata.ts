import type { Network } from '../network/network.js';
import { type InputFormat, type InputFormatName, inputFormats } from './input-format.js';

/** What a model says of its own input and output, as far as it can be believed. */
export interface ModelMetadata {
  readonly input?: { readonly format: InputFormatName | InputFormat; readonly from: 'metadata' | 'rescaling layer' };
  readonly labels?: readonly string[];
}

/**
 * Reads a model's `userDefinedMetadata`: `preprocessing` (a format's name, or `{ scale, mean, std, channels, fit }`)
 * and `classes` or `labels`. A model that begins with a Rescaling layer takes pixels as they are.
 */
export function readModelMetadata(network: Network): ModelMetadata {
  const metadata = network.model.getUserDefinedMetadata() as Readonly<Record<string, unknown>> | undefined;
  const labels = [metadata?.classes, metadata?.labels].find(isLabels);
  const format = formatOf(metadata?.preprocessing);
  const input = format
    ? { format, from: 'metadata' as const }
    : beginsWithRescaling(network)
      ? { format: 'raw' as const, from: 'rescaling layer' as const }
      : undefined;
  return { ...(input && { input }), ...(labels && { labels }) };
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
