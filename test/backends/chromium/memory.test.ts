import { describe, expect, inject, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { projectInARow } from '../../support/project/projections-in-a-row.js';

describe.each(backends)('memory on %s', (backend) => {
  const [few, many] = inject('long') ? [100, 1000] : [50, 200];

  it(`is the same after ${few} projections and after ${many}`, async () => {
    await use(backend);
    const [early, late] = await projectInARow([few, many]);
    expect(late).toEqual(early);
    expect(early!.tensors).toBeGreaterThan(0);
    if (backend !== 'wasm') expect(early!.bytesInGpu).toBeGreaterThan(0);
  });
});
