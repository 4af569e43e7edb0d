import { Deconvnet } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { beforeAll, expect, it, vi } from 'vitest';
import { ablate } from '../../examples/explorer/src/worker/studies/ablate.js';
import { byColour, COLOURS } from '../support/models/by-colour.js';

// Pictures are decoded by browsers alone: here each byte is a level of red.
vi.mock('../../examples/explorer/src/worker/read-picture.js', () => ({
  readPicture: async (blob: Blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (bytes.length === 0) throw new Error('it is damaged');
    return { width: 1, height: 1, data: new Uint8ClampedArray([bytes[0]!, 0, 0, 255]) };
  },
}));

beforeAll(() => useBackend('wasm'));

it('the progress of ablation comes to its end, although some pictures cannot be read', async () => {
  const deconvnet = new Deconvnet(byColour(), { input: 'unit', labels: COLOURS });
  const picture = (name: string, content: Uint8Array<ArrayBuffer>) => ({
    ...{ id: `red/${name}.png`, label: 'red', blob: new Blob([content]) },
  });
  const [good, broken] = [new Uint8Array([200]), new Uint8Array(0)];
  const pictures = [
    picture('0', broken),
    picture('1', good),
    picture('2', broken),
    picture('3', good),
    picture('4', broken),
  ];
  const told: number[] = [];
  const view = await ablate(
    deconvnet,
    { what: 'halves', pictures, known: 5, layers: ['colours', 'mean'], featureMaps: [], seed: 0 },
    {
      ...{ batchSize: 1, signal: new AbortController().signal },
      onProgress: ({ done, total }) => {
        expect(total).toBe(2 * 5 * 7);
        told.push(done);
      },
    },
  );
  expect(view.skipped).toBe(3);
  // The first picture is missing before the first run of the second one.
  expect(told[0]).toBe(7 + 1);
  expect(told.at(-1)).toBe(2 * 5 * 7);
  expect(told).toContain(5 * 7);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  deconvnet.dispose();
});
