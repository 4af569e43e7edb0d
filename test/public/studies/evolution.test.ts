import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type Checkpoint, type EvolutionOptions, type EvolutionStep, evolution } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';

/** Two feature maps of a 1x1 convolution: map 0 has these weights of red and green, and map 1 never fires. */
function looksFor(red: number, green: number, name = 'colour'): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [tfl.layers.conv2d({ inputShape: [3, 3, 2], filters: 2, kernelSize: 1, activation: 'relu', name })],
  });
  const weights = [tf.tensor([red, -1, green, -1], [1, 1, 2, 2]), tf.zeros([2])];
  model.getLayer(name).setWeights(weights);
  tf.dispose(weights);
  return model;
}

/** A red picture and a green one. */
function* pictures() {
  const plain = (red: number, green: number) => tf.tidy(() => tf.mul(tf.ones([3, 3, 2]), tf.tensor1d([red, green])));
  yield { id: 'red.png', label: 'warm', image: plain(1, 0) };
  yield { id: 'green.png', image: plain(0, 0.5) };
}

describe.each(backends)('evolution on %s', (backend) => {
  beforeAll(() => use(backend));

  /** The steps of some networks. Each network is disposed when the next one is asked for. */
  const study = async (
    makes: readonly (() => tfl.LayersModel)[],
    options: EvolutionOptions = {},
    images = pictures,
  ): Promise<EvolutionStep[]> => {
    const { numTensors } = tf.memory();
    async function* checkpoints(): AsyncGenerator<Checkpoint> {
      for (const [i, make] of makes.entries()) {
        const model = make();
        const deconvnet = new Deconvnet(model);
        try {
          yield { name: `epoch ${i + 1}`, deconvnet };
        } finally {
          deconvnet.dispose();
          model.dispose();
        }
      }
    }
    const steps: EvolutionStep[] = [];
    try {
      for await (const step of evolution(checkpoints(), images, options)) steps.push(step);
      return steps;
    } finally {
      expect(tf.memory().numTensors).toBe(numTensors);
    }
  };

  it('finds the strongest picture anew at each checkpoint, and says where it changed', async () => {
    const steps = await study([() => looksFor(1, 0), () => looksFor(2, 0), () => looksFor(1, 8)]);
    expect(steps.map(({ checkpoint }) => checkpoint)).toEqual(['epoch 1', 'epoch 2', 'epoch 3']);
    const firsts = steps.map(({ frames }) => frames[0]!);
    expect(
      firsts.map(({ featureMap, strongest }) => [featureMap, strongest!.id, strongest!.activation, strongest!.jumped]),
    ).toEqual([
      [0, 'red.png', 1, false],
      [0, 'red.png', 2, false],
      [0, 'green.png', 4, true],
    ]);
    expect(firsts[0]!.strongest).toMatchObject({ label: 'warm', position: [0, 0], empty: false });
    expect(firsts[2]!.strongest).not.toHaveProperty('label');
    // The projection of an activation of 4 by the weights 1 and 8.
    expect(firsts[2]!.strongest!.projection).toEqual({ shape: [1, 1, 2], values: Float32Array.of(4, 32) });
    expect(firsts[2]!.strongest!.patch).toMatchObject({ shape: [1, 1, 2], data: Float32Array.of(0, 0.5) });
    // A feature map that fires on no picture has nothing to show.
    expect(steps[0]!.frames[1]).toEqual({ layer: 'colour', featureMap: 1 });
  });

  it('gives patches and projections with channels last, also for a network that has them first', async () => {
    const first = () =>
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({
            ...{ inputShape: [2, 3, 3], filters: 1, kernelSize: [1, 2], dataFormat: 'channelsFirst', name: 'conv' },
            kernelInitializer: tfl.initializers.ones(),
          }),
        ],
      });
    const [step] = await study([first], {}, function* () {
      yield { id: 'a', image: tf.tensor([...Array(9).fill(1), ...Array(9).fill(2)], [2, 3, 3]) };
    });
    const { strongest } = step!.frames[0]!;
    expect(strongest!.patch).toMatchObject({ shape: [1, 2, 2], data: Float32Array.of(1, 2, 1, 2) });
    expect(strongest!.projection).toEqual({ shape: [1, 2, 2], values: Float32Array.of(6, 6, 6, 6) });
  });

  it('repeats one frame if the weights never change', async () => {
    const [first, second] = await study([() => looksFor(1, 3), () => looksFor(1, 3)]);
    expect(first!.frames[0]!.strongest!.id).toBe('green.png');
    expect(second!.frames).toEqual(first!.frames);
  });

  it('draws the same feature maps at all checkpoints, or takes those that are named', async () => {
    const wide = (seed: number) => () =>
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({
            inputShape: [3, 3, 2],
            filters: 40,
            kernelSize: 1,
            name: 'wide',
            kernelInitializer: tfl.initializers.glorotUniform({ seed }),
          }),
        ],
      });
    const mapsOf = ({ frames }: EvolutionStep) => frames.map(({ featureMap }) => featureMap);
    const [first, second] = (await study([wide(1), wide(2)], { maps: 5, seed: 1 })).map(mapsOf);
    expect(first).toHaveLength(5);
    expect(new Set(first).size).toBe(5);
    expect(first).toEqual([...first!].sort((a, b) => a - b));
    expect(second).toEqual(first);
    expect(mapsOf((await study([wide(1)], { maps: 5, seed: 2 }))[0]!)).not.toEqual(first);
    expect(mapsOf((await study([wide(1)], { maps: { wide: [7, 3] } }))[0]!)).toEqual([3, 7]);
  });

  it('refuses checkpoints of different networks, and other bad input', async () => {
    await expect(study([() => looksFor(1, 0), () => looksFor(1, 0, 'color')])).rejects.toThrow(
      /'epoch 2' is of another network than 'epoch 1': its layer 0 is 'color_input' instead of 'colour_input'/,
    );
    await expect(study([() => looksFor(1, 0)], { layers: ['shape'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(study([() => looksFor(1, 0)], { maps: { colour: [2] } })).rejects.toMatchObject({
      code: 'feature-map-out-of-range',
    });
    await expect(study([() => looksFor(1, 0)], { layers: ['colour'], maps: {} })).rejects.toThrow(
      /for 'colour' it has undefined/,
    );
    const both = { layers: ['colour'], maps: { colour: [0], pool: [1] } };
    await expect(study([() => looksFor(1, 0)], both)).rejects.toThrow(
      "maps has a list of feature maps for 'pool', which is not one of the layers: 'colour'. Add it to layers, or leave",
    );
    await expect(study([() => looksFor(1, 0)], {}, function* () {})).rejects.toMatchObject({ code: 'empty-source' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(study([() => looksFor(1, 0)], { signal })).rejects.toThrow('enough');
  });

  it('frees everything if the caller stops reading', async () => {
    const { numTensors } = tf.memory();
    const model = looksFor(1, 0);
    const deconvnet = new Deconvnet(model);
    for await (const { checkpoint } of evolution(
      [
        { name: 'a', deconvnet },
        { name: 'b', deconvnet },
      ],
      pictures,
    )) {
      expect(checkpoint).toBe('a');
      break;
    }
    deconvnet.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
