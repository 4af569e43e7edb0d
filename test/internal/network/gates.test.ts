import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, type DeconvnetOptions, type LayerInfo, type Projection } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { largest } from '../../support/compare.js';
import { type GatedNetwork, gatedNetworks } from '../../support/project/gated-networks.js';
import { noiseTensor } from '../../support/project/networks.js';

const networks = Object.entries(gatedNetworks);
const picturesFor = ({ inputs }: GatedNetwork): tf.Tensor[] =>
  inputs.map((shape, i) => tf.abs(noiseTensor(shape, 5 + i)));

/** The gates of each Multiply layer. */
const gatesOf = ({ layers }: Deconvnet): Record<string, readonly string[]> =>
  Object.fromEntries(
    layers.filter(({ className }) => className === 'Multiply').map(({ name, gates }) => [name, gates]),
  );

beforeAll(() => use('cpu'));

describe('gates', () => {
  it.each(networks)('are found on the graph: %s', (_, { make, gates }) => {
    const model = make();
    expect(gatesOf(new Deconvnet(model))).toEqual(gates);
    expect(gatesOf(new Deconvnet(model, { rule: 'guided' }))).toEqual(gates);
    const none = Object.fromEntries(Object.keys(gates).map((name) => [name, []]));
    expect(gatesOf(new Deconvnet(model, { gates: 'signal' }))).toEqual(none);
    for (const options of [{ rule: 'gradient' }, { rectify: 'gradient' }] as DeconvnetOptions[]) {
      expect(gatesOf(new Deconvnet(model, options))).toEqual(none);
    }
  });

  it('can be given the signal layer by layer, by the names that mirrors have', () => {
    const model = gatedNetworks['two blocks']!.make();
    const gatesWith = (gates: NonNullable<DeconvnetOptions['gates']>) => gatesOf(new Deconvnet(model, { gates }));
    expect(gatesWith({ se1: 'signal' })).toEqual({ se1: [], se2: ['se2_expand'] });
    expect(gatesWith({ Multiply: 'signal', se1: 'constant' })).toEqual({ se1: ['se1_expand'], se2: [] });
    expect(gatesOf(new Deconvnet(gatedNetworks['a nested model']!.make(), { gates: { gated: 'signal' } }))).toEqual({
      'se/gated': [],
    });
  });

  it.each([
    ['another word', { gates: 'constants' }, "gates is 'constant' or 'signal'"],
    ['another word for a layer', { gates: { se1: true } }, "gates is 'constant' or 'signal'"],
    ['a layer that does not exist', { gates: { se3: 'signal' } }, "gates: 'se3' is neither a layer"],
    [
      'a layer without gates',
      { gates: { between: 'signal' } },
      "layer 'between' has no gates. The layers that have gates: se1, se2.",
    ],
    [
      'constants under the rule gradient',
      { rule: 'gradient', gates: 'constant' },
      "does not go with the rule 'gradient'",
    ],
    [
      'a constant under the rule gradient',
      { rule: 'gradient', gates: { se1: 'constant' } },
      "does not go with the rule 'gradient'",
    ],
  ])('cannot be given %s', (_, options, message) => {
    const model = gatedNetworks['two blocks']!.make();
    expect(() => new Deconvnet(model, options as DeconvnetOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(message) }),
    );
  });
});

/** The box around the values that are not zero, along the spatial axes. */
async function footprint({ pixels, channelAxis }: Projection): Promise<{ start: number[]; size: number[] }> {
  const values = await pixels.data();
  const axes = pixels.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const sides = axes.map((axis) => {
    const inner = pixels.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const cells = Array.from(values).flatMap((value, i) =>
      value === 0 ? [] : [Math.floor(i / inner) % pixels.shape[axis]!],
    );
    return [cells.reduce((a, b) => Math.min(a, b)), cells.reduce((a, b) => Math.max(a, b))] as const;
  });
  return { start: sides.map(([from]) => from), size: sides.map(([from, to]) => to - from + 1) };
}

const infoOf = ({ layers }: Deconvnet, layer: string): LayerInfo => layers.find(({ name }) => name === layer)!;

describe('the landing of an activation', () => {
  it.each(networks)('is where its signal comes down: %s', async (_, network) => {
    const deconvnet = new Deconvnet(network.make());
    const images = picturesFor(network);
    const extent = deconvnet.layers.find(({ name }) => name === 'pixels')?.outputShape;
    const output = await deconvnet.activations(images.length > 1 ? images : images[0]!, 'top');
    const { channelAxis } = deconvnet.engine.network.nodes.find(({ name }) => name === 'top')!;
    const places = output.shape.filter((__, axis) => axis !== channelAxis - 1);
    let landed = 0;
    for (const at of [0, 0.5, 0.99]) {
      const position = places.map((cells) => Math.floor(at * cells));
      const projection = await deconvnet.project(images.length > 1 ? images : images[0]!, {
        layer: 'top',
        featureMap: 1,
        position,
      });
      expect(projection.empty).toBe(false);
      const { start, size } = projection.landing;
      const whole = projection.pixels.shape.filter((__, axis) => axis !== projection.channelAxis);
      const inside = {
        start: start.map((from) => Math.max(from, 0)),
        size: start.map((from, axis) => Math.min(from + size[axis]!, whole[axis]!) - Math.max(from, 0)),
      };
      expect(await footprint(projection)).toEqual(inside);
      if (images.length === 1) expect(projection.receptiveField).toEqual({ start: start.map(() => 0), size: whole });
      if (inside.size.some((cells, axis) => cells < whole[axis]!)) landed++;
      const { landing, receptiveField } = infoOf(deconvnet, 'top');
      if (landing && network.isLocal && extent?.[1] !== null) {
        expect(start).toEqual(position.map((cell, axis) => landing.offset[axis]! + landing.stride[axis]! * cell));
        expect(size).toEqual(landing.size);
      }
      if (images.length === 1) expect(receptiveField).toBeNull();
      if (network.isLocal) expect(landing).not.toBeNull();
    }
    expect(landed).toBe(network.isLocal ? 3 : 0);
    expect(largest(Array.from(await output.data()))).toBeGreaterThan(0);
  });

  it('is the receptive field if the signal goes to all factors, and below the gates', () => {
    const model = gatedNetworks['two blocks']!.make();
    for (const options of [{ gates: 'signal' }, { rule: 'gradient' }] as DeconvnetOptions[]) {
      for (const { landing, receptiveField } of new Deconvnet(model, options).layers)
        expect(landing).toEqual(receptiveField);
    }
    const { landing, receptiveField } = infoOf(new Deconvnet(model), 'stem');
    expect(landing).toEqual({ size: [3, 3], stride: [1, 1], offset: [-1, -1] });
    expect(receptiveField).toEqual(landing);
    // With the signal in the first gate alone, what is above it lands anywhere.
    expect(infoOf(new Deconvnet(model, { gates: { se1: 'signal' } }), 'top').landing).toBeNull();
  });
});
