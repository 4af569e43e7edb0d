import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { readFault } from '../read-fault.js';
import { decodeNpy } from './decode-npy.js';
import type { Signal } from './signal.js';

/**
 * Reads a signal: a .npy file of NumPy (format 1.0 or 2.0, floats or integers in C order), or a .json file with nested
 * lists of numbers.
 *
 * @throws DeconvnetError `pictures-not-found`, `picture-unreadable`.
 */
export async function readSignal(path: string): Promise<Signal> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') {
      throw new DeconvnetError('pictures-not-found', `The signal ${path} does not exist. Check the path.`);
    }
    throw unreadable(path, cause);
  });
  try {
    return /\.npy$/i.test(path) ? decodeNpy(bytes) : decodeJson(bytes.toString('utf8'));
  } catch (cause) {
    throw unreadable(path, cause as Error);
  }
}

/**
 * Makes model input, `[1, ...input]`, from a signal. The signal may lack the batch axis, and a last axis of 1. The caller
 * disposes the tensor.
 *
 * @throws DeconvnetError `shape-mismatch`.
 */
export function signalInput({ model }: Deconvnet, { shape, values }: Signal): tf.Tensor {
  const wanted = model.inputs[0]!.shape.slice(1);
  const fits = (sizes: readonly number[]): boolean =>
    sizes.length === wanted.length && sizes.every((size, axis) => wanted[axis] === null || wanted[axis] === size);
  const forms = [shape, shape.slice(1), [...shape, 1], [...shape.slice(1), 1]];
  const own = forms.find((form, i) => fits(form) && (i % 2 === 0 || shape[0] === 1));
  if (!own) {
    throw new DeconvnetError(
      'shape-mismatch',
      `A signal is shaped [${shape}], but the model takes [${wanted.map((size) => size ?? 'any')}]. Cut or transpose it first.`,
    );
  }
  return tf.tensor(values, [1, ...own]);
}

function decodeJson(text: string): Signal {
  const shape: number[] = [];
  const json: unknown = JSON.parse(text);
  for (let part = json; Array.isArray(part); part = part[0]) shape.push(part.length);
  const values: number[] = [];
  const read = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number') throw new Error('it contains something that is not a number');
      values.push(part);
    } else if (Array.isArray(part) && part.length === shape[axis]) {
      for (const inner of part) read(inner, axis + 1);
    } else throw new Error('its lists are not nested evenly, so that they have no shape');
  };
  if (shape.length === 0) throw new Error('it is not a list of numbers, nor nested lists of numbers');
  read(json, 0);
  return { shape, values: Float32Array.from(values) };
}

function unreadable(path: string, cause: Error): DeconvnetError {
  const isFault = (cause as { readonly code?: unknown }).code !== undefined;
  const why = isFault ? `${readFault(cause)}.` : `${cause.message}. Save it again, or leave it out.`;
  return new DeconvnetError('picture-unreadable', `The signal ${path} cannot be read: ${why}`, { cause });
}
