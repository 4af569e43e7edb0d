import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/**
 * SHA-256 of what a model computes: its topology, and its weights with their shapes. It does not depend on where the model
 * was loaded from, nor on the number of its files.
 *
 * @returns 64 hexadecimal digits
 */
export async function modelHash(model: LayersModel): Promise<string> {
  const hash = createHash('sha256');
  const { class_name, config } = model.toJSON(null, false) as { readonly class_name: string; readonly config: unknown };
  hash.update(JSON.stringify({ class_name, config }));
  for (const { name, shape, dtype, ...weight } of model.weights.map((one) => ({
    name: one.originalName,
    shape: one.shape,
    dtype: one.dtype,
    values: one.read(),
  }))) {
    // Only one weight at a time is in memory beside the model.
    const { buffer, byteOffset, byteLength } = await weight.values.data();
    hash.update(JSON.stringify([name, shape, dtype]));
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
