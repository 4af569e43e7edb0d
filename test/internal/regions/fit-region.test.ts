import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitRegion } from '../../../src/regions/fit-region.js';
import { positionAt } from '../../../src/regions/position.js';
import { use } from '../../support/backends.js';

describe.each(['cpu', 'wasm'] as const)('fitRegion, on %s', (backend) => {
  beforeAll(() => use(backend));

  it('has the cells of the new region, and fills those that the old one does not have', async () => {
    const axis = fc.record({
      from: fc.integer({ min: -2, max: 3 }),
      cells: fc.integer({ min: 1, max: 5 }),
      to: fc.integer({ min: -3, max: 4 }),
      wanted: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(axis, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (fits, batch, channels, channelsFirst) => {
          const cells = fits.map((fit) => fit.cells);
          const wanted = fits.map((fit) => fit.wanted);
          const shapeOf = (sizes: readonly number[]): number[] =>
            channelsFirst ? [batch, channels, ...sizes] : [batch, ...sizes, channels];
          const axes = fits.map((_, i) => i + (channelsFirst ? 2 : 1));
          const shape = shapeOf(cells);
          const size = tf.util.sizeFromShape(shape);
          const x = tf.tensor(
            Float32Array.from({ length: size }, (_, i) => i + 1),
            shape,
          );
          const made = tf.tidy(() =>
            fitRegion(
              x,
              { start: fits.map((fit) => fit.from), size: cells },
              { start: fits.map((fit) => fit.to), size: wanted },
              axes,
              -1,
            ).clone(),
          );
          expect(made.shape).toEqual(shapeOf(wanted));
          const values = await made.data();
          const expected = Array.from({ length: values.length }, (_, i) => {
            const at = [...positionAt(i, made.shape)];
            for (const [i, fit] of fits.entries()) at[axes[i]!] = at[axes[i]!]! + fit.to - fit.from;
            const inside = at.every((cell, a) => cell >= 0 && cell < shape[a]!);
            return inside ? 1 + at.reduce((index, cell, a) => index * shape[a]! + cell, 0) : -1;
          });
          expect([...values]).toEqual(expected);
          tf.dispose([x, made]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
