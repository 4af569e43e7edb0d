import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type TensorWriter, tensorWriter, type WritableType } from '../../tensors/tensor-writer.js';
import type { SavedWeight } from '../keras/repair-weights.js';
import { weightBytes } from '../keras/weight-bytes.js';
import { dequantized } from './quantized.js';

/** The bytes of all weights in order, in pieces of any length. A piece is valid until the next one is asked for. */
export type WeightPieces = AsyncIterable<Uint8Array>;

/** Quantised weights are decoded in parts of this many bytes. */
const PART = 2 ** 20;

/**
 * Makes tensors of the weights that are kept. Each value is copied once, from its piece to the memory of the backend (or
 * to the array that the backend takes over), and one that is quantised is decoded on the way.
 *
 * @param subject the name of the model in messages
 * @returns the tensors by name, which the caller disposes
 * @throws DeconvnetError `model-unreadable` if there are too few bytes. No tensors are left then.
 */
export async function readWeights(
  subject: string,
  weights: readonly SavedWeight[],
  pieces: WeightPieces,
): Promise<NamedTensorMap> {
  const made: Record<string, Tensor> = {};
  const bytes = new ByteReader(subject, pieces);
  try {
    for (const { spec, kept } of weights) {
      const length = weightBytes(spec);
      if (!kept) {
        await bytes.each(length, () => undefined);
        continue;
      }
      const writer = tensorWriter(spec.shape, spec.dtype as WritableType);
      try {
        await writeWeight(spec, length, bytes, writer);
      } catch (error) {
        writer.abandon();
        throw error;
      }
      made[spec.name]?.dispose();
      made[spec.name] = writer.finish();
    }
    return made;
  } catch (error) {
    dispose(made);
    throw error;
  } finally {
    await bytes.close();
  }
}

async function writeWeight(
  { dtype, quantization }: SavedWeight['spec'],
  length: number,
  bytes: ByteReader,
  writer: TensorWriter,
): Promise<void> {
  if (!quantization) {
    await bytes.each(length, (piece, at) => writer.set(piece, at));
    return;
  }
  let written = 0;
  for (let from = 0; from < length; from += PART) {
    const part = new Uint8Array(Math.min(PART, length - from));
    await bytes.each(part.length, (piece, at) => part.set(piece, at));
    const { buffer } = dequantized(part, dtype, quantization);
    writer.set(new Uint8Array(buffer), written);
    written += buffer.byteLength;
  }
}

/** Reads a stream of pieces in lengths of its own. */
class ByteReader {
  readonly #subject: string;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(subject: string, pieces: WeightPieces) {
    this.#subject = subject;
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Gives the next bytes in pieces, with their places among the bytes asked for. */
  async each(length: number, use: (piece: Uint8Array, at: number) => void): Promise<void> {
    let at = 0;
    while (at < length) {
      if (this.#rest.length === 0) await this.#next();
      const piece = this.#rest.subarray(0, length - at);
      use(piece, at);
      at += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
  }

  async #next(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (!done) {
      this.#rest = value;
      return;
    }
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${this.#subject} end too early. A weights file was cut short: copy or save the model again.`,
    );
  }

  /** Lets the source close its files. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
