import { describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { projectInARow } from '../../support/project/projections-in-a-row.js';

describe.each(backends)('memory on %s', (backend) => {
  it('is the same after a hundred projections and after a thousand', async () => {
    await use(backend);
    const [hundred, thousand] = await projectInARow([100, 1000]);
    expect(thousand).toEqual(hundred);
    expect(hundred!.tensors).toBeGreaterThan(0);
    if (backend !== 'wasm') expect(hundred!.bytesInGpu).toBeGreaterThan(0);
  });
});
