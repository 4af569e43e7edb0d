import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, sampled, use } from '../../support/backends.js';
import { loadReference, type ReferenceName } from '../../support/project/reference.js';

const networks: readonly ReferenceName[] = ['vgg-mini', 'zf-mini', 'resnet-mini'];
const rules = ['deconvnet', 'guided', 'gradient'] as const;
/** Of each case's largest value. */
const TOLERANCE = 1e-4;

describe.each(backends)('reference networks on %s', (backend) => {
  beforeAll(() => use(backend));

  describe.each(networks)('%s', (name) => {
    it('computes the activations that PyTorch computed', async () => {
      const { model, activations, sample } = await loadReference(name);
      const deconvnet = new Deconvnet(model);
      const image = sample(activations.input);
      let compared = 0;
      for (const [layer, { shape, max }] of Object.entries(activations.layers)) {
        const output = await deconvnet.activations(image, layer);
        expect(output.shape).toEqual(shape);
        const values = await output.data();
        const largest = Math.max(...max.map(Math.abs));
        for (const [map, want] of max.entries()) {
          let got = Number.NEGATIVE_INFINITY;
          for (let i = map; i < values.length; i += max.length) got = Math.max(got, values[i]!);
          expect(Math.abs(got - want)).toBeLessThanOrEqual(TOLERANCE * largest);
          compared++;
        }
        output.dispose();
      }
      expect(compared).toBeGreaterThan(100);
    });

    it.each(rules)('projects what Captum projects under the rule %s', async (rule) => {
      const { model, cases, sample, expected } = await loadReference(name);
      const deconvnet = new Deconvnet(model, { rule });
      let compared = 0;
      for (const input of [0, 1]) {
        const image = sample(input);
        const chosen = sampled(cases.filter((one) => one.rule === rule && one.input === input));
        const given = await deconvnet.project(
          image,
          chosen.map(({ layer, featureMap, position }) => ({ layer, featureMap, position })),
        );
        const found = await deconvnet.project(
          image,
          chosen.map(({ layer, featureMap }) => ({ layer, featureMap, position: 'strongest' as const })),
        );
        for (const [i, one] of chosen.entries()) {
          const want = expected(one);
          expect(Math.max(...want.map(Math.abs))).toBeGreaterThan(0);
          for (const projection of [given[i]!, found[i]!]) {
            expect(projection.position).toEqual(one.position);
            expect(projection.activation).toBeCloseTo(one.activation, 4);
            const got = await projection.pixels.data();
            let worst = 0;
            for (const [at, value] of want.entries()) {
              worst = Math.max(worst, Math.abs(got[at]! / projection.activation - value));
            }
            expect(worst / one.max_abs).toBeLessThanOrEqual(TOLERANCE);
            compared++;
            projection.dispose();
          }
        }
      }
      expect(compared).toBe(4 * draws(18));
    });
  });
});
