import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, type ModelInput, type Projection, type Selection } from 'deconvnet';
import { expect } from 'vitest';
import { largest } from '../compare.js';

type Strategy = 'cropped' | 'whole';

/** Projects with the choice between the part that an activation sees and the whole network taken away. */
export async function projectBy(
  strategy: Strategy,
  model: tfl.LayersModel,
  image: ModelInput,
  selections: readonly Selection[],
  options: DeconvnetOptions = {},
): Promise<Projection[]> {
  const deconvnet = new Deconvnet(model, options);
  (deconvnet.engine as { strategy: string }).strategy = strategy;
  const projections = await deconvnet.project(image, selections);
  deconvnet.dispose();
  return projections;
}

/** Corners and middle of a layer's extent. */
export function somePlaces(extent: readonly number[]): number[][] {
  if (extent.length === 0) return [[]];
  return [extent.map(() => 0), extent.map((cells) => cells - 1), extent.map((cells) => Math.floor(cells / 2))];
}

/** Asserts that projections by crops equal those by whole passes; says how many were not zero. */
export async function expectSame(
  model: tfl.LayersModel,
  image: ModelInput,
  selections: readonly Selection[],
  options: DeconvnetOptions = {},
  tolerance = 1e-5,
): Promise<number> {
  const cropped = await projectBy('cropped', model, image, selections, options);
  const whole = await projectBy('whole', model, image, selections, options);
  let lit = 0;
  for (const [i, projection] of cropped.entries()) {
    const other = whole[i]!;
    const label = JSON.stringify(selections[i]);
    expect(projection.position, label).toEqual(other.position);
    expect(projection.receptiveField, label).toEqual(other.receptiveField);
    expect(projection.landing, label).toEqual(other.landing);
    expect(Math.abs(projection.activation - other.activation), label).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(other.activation)),
    );
    if (other.probability !== undefined) expect(projection.probability, label).toBeCloseTo(other.probability, 5);
    if (other.output !== undefined) expect(projection.output, label).toBeCloseTo(other.output, 4);
    for (const [name, { pixels }] of Object.entries(other.inputs)) {
      const got: tf.Tensor = projection.inputs[name]!.pixels;
      expect(got.shape, label).toEqual(pixels.shape);
      const want = Array.from(await pixels.data());
      const have = Array.from(await got.data());
      const most = largest(want);
      expect(Number.isFinite(most), label).toBe(true);
      expect(largest(have.map((value, at) => value - want[at]!)), label).toBeLessThanOrEqual(tolerance * most);
      if (most > 0) lit++;
    }
    projection.dispose();
    other.dispose();
  }
  return lit;
}
