import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import type { Head } from '../studies/kit/heads.js';
import { toProbabilities } from '../studies/kit/probabilities.js';
import type { Library } from './load-library.js';
import type { Reading } from './picture-options.js';

/** What a model predicts for one picture. */
export interface Prediction {
  readonly id: string;
  /** The name of its folder. */
  readonly label?: string;
  /** For each output of the model, a probability per class; empty if it has no classes, or was not asked for. */
  readonly probabilities: readonly (readonly number[])[];
}

/** How many pictures to read, and what to call meanwhile. */
export interface PredictOptions {
  readonly limit: number;
  readonly reading: Reading;
  readonly onSkip: NonNullable<NonNullable<Parameters<Library['readPictures']>[2]>['onSkip']>;
  readonly onProgress?: (done: number) => void;
}

/** Runs the model on pictures. */
export async function predict(
  library: Library,
  { deconvnet, heads }: { readonly deconvnet: Deconvnet; readonly heads: readonly Head[] },
  pictures: Parameters<Library['readPictures']>[0],
  { limit, reading, onSkip, onProgress }: PredictOptions,
): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for await (const { id, label, image } of library.readPictures(pictures, deconvnet, { ...reading, limit, onSkip })) {
    const outputs = [deconvnet.model.predict(image)].flat() as Tensor[];
    const values = await Promise.all(outputs.map((output) => output.data()));
    for (const tensor of [image, ...outputs]) tensor.dispose();
    const probabilities = values.map((scores, index) => {
      const head = heads.find((one) => one.index === index);
      return head ? toProbabilities(head, [...scores]) : [];
    });
    predictions.push({ id, ...(label !== undefined && { label }), probabilities });
    onProgress?.(predictions.length);
  }
  return predictions;
}
