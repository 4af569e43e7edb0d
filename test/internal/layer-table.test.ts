import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInMirror } from '../../src/built-in-mirror.js';
import { activationNamed } from '../../src/mirrors/activation.js';
import { use } from '../support/backends.js';
import { everyLayer, without } from '../support/every-layer.js';

type Registered = new (...args: never[]) => object;

/** Classes that tfjs can build from a model.json, by the name they are registered under. */
const registered = Object.entries(tf.serialization.SerializationMap.getMap().classNameMap).map(
  ([name, [made]]) => [name, made as unknown as Registered] as const,
);

/** The names of classes that derive from another. */
const derivedFrom = (base: object): string[] =>
  registered.filter(([, made]) => base === made.prototype || prototypes(made).includes(base)).map(([name]) => name);

function prototypes({ prototype }: Registered): object[] {
  const chain: object[] = [];
  for (let at = Object.getPrototypeOf(prototype); at !== null; at = Object.getPrototypeOf(at)) chain.push(at);
  return chain;
}

/** The rows of the table in docs/layers.md: class, mirror. */
const documented = new Map(
  [...readFileSync('docs/layers.md', 'utf8').matchAll(/^\| `(\w+)` \| ([^|]*?) \|/gm)].map((row) => [row[1]!, row[2]!]),
);

describe('the table of layers', () => {
  beforeAll(() => use('cpu'));
  const layers = derivedFrom(tfl.layers.Layer.prototype).filter((name) => !name.startsWith('Test'));

  it('has every layer class that tfjs registers, with a mirror or a reason', () => {
    expect(layers.length).toBeGreaterThan(60);
    const known = [...Object.keys(everyLayer), ...Object.keys(without)];
    expect(layers.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !layers.includes(name))).toEqual([]);
  });

  it('has every activation function that tfjs registers', () => {
    const relu = registered.find(([name]) => name === 'relu')!;
    const names = derivedFrom(prototypes(relu[1])[0]!);
    expect(names.length).toBe(16);
    for (const name of names) expect(activationNamed(name, 'any').name).toBe(name);
  });

  it('is what docs/layers.md says', () => {
    const expected = Object.entries(everyLayer).map(([name, [use]]) => {
      const layer = use!.make();
      return [name, builtInMirror(layer).kind] as const;
    });
    expect(Object.fromEntries(expected.map(([name]) => [name, documented.get(name)]))).toEqual(
      Object.fromEntries(expected),
    );
    for (const [name, reason] of Object.entries(without)) expect(documented.get(name), name).toBe(`– (${reason})`);
    expect(documented.size).toBe(Object.keys(everyLayer).length + Object.keys(without).length);
  });
});
