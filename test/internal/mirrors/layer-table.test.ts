import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInMirror } from '../../../src/mirrors/built-in-mirror.js';
import { activationNamed } from '../../../src/mirrors/rectify/activation.js';
import { addedNames } from '../../../src/models/layers/added-layers.js';
import { use } from '../../support/backends.js';
import { ADDED_CLASSES } from '../../support/mirrors/added-classes.js';
import { DATA_FORMATS } from '../../support/mirrors/drawn-cases.js';
import type { LayerClass } from '../../support/mirrors/layer-case.js';
import { LAYER_CLASSES, WITHOUT_MIRROR } from '../../support/mirrors/layer-classes.js';
import { SEEN_CASES } from '../../support/mirrors/seen-cases.js';
import { SEEN, type Seen, type Standing, whatIsSeen } from '../../support/project/what-is-seen.js';

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

/** The page up to its second table, and the rest. */
const [page, rest] = readFileSync('docs/layers.md', 'utf8').split('## Layers that the library adds') as [
  string,
  string,
];

/** The rows of a table in docs/layers.md: class, mirror, and what one output sees, case by case. */
const rowsIn = (text: string) =>
  [...text.matchAll(/^\| `(\w+)` \| ([^|]*?) \| ?([^|]*?) \|/gm)].map(([, name, mirror, seen]) => ({
    name: name!,
    mirror: mirror!,
    seen: seen === '' ? [] : seen!.split('; '),
  }));
const rows = rowsIn(page);
const documented = new Map(rows.map(({ name, mirror }) => [name, mirror]));
const seenBy = new Map(rows.map(({ name, seen }) => [name, seen]));

/** What words of the third column begin with, which a condition may follow. */
const seenIn = (words: string): Seen | undefined => SEEN.find((one) => words.startsWith(one));

describe('the table of layers', () => {
  beforeAll(() => use('cpu'));
  const layers = derivedFrom(tfl.layers.Layer.prototype).filter((name) => !name.startsWith('Test'));

  it('has every layer class that tfjs registers, with a mirror or a reason', () => {
    expect(layers.length).toBeGreaterThan(60);
    const known = [...Object.keys(LAYER_CLASSES), ...Object.keys(WITHOUT_MIRROR)];
    expect(layers.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !layers.includes(name))).toEqual([]);
  });

  it('has every activation function that tfjs registers', () => {
    const relu = registered.find(([name]) => name === 'relu')!;
    const names = derivedFrom(prototypes(relu[1])[0]!);
    expect(names.length).toBe(16);
    for (const name of names) expect(activationNamed(name, 'any').name).toBe(name);
  });

  it('agrees with docs/layers.md', () => {
    const expected = Object.entries(LAYER_CLASSES).map(([name, { fixed }]) => {
      const layer = fixed[0]!.make();
      return [name, builtInMirror(layer).kind] as const;
    });
    expect(Object.fromEntries(expected.map(([name]) => [name, documented.get(name)]))).toEqual(
      Object.fromEntries(expected),
    );
    for (const [name, reason] of Object.entries(WITHOUT_MIRROR))
      expect(documented.get(name), name).toBe(`– (${reason})`);
    expect(documented.size).toBe(Object.keys(LAYER_CLASSES).length + Object.keys(WITHOUT_MIRROR).length);
  });
});

/** Many ways to use a class, by itself and above a layer that states where an image has its channels. */
function standings({ fixed, generated }: LayerClass): Standing[] {
  const drawn = [...fixed, ...fc.sample(generated, { numRuns: 25, seed: 7 })];
  return drawn.flatMap(({ make, inputShapes }) => {
    const { dataFormat } = make().getConfig() as { dataFormat?: string };
    const statesNone = dataFormat === undefined && inputShapes.every((shape) => shape.length === 3);
    return [undefined, ...(statesNone ? DATA_FORMATS : [])].map((below) => ({
      make,
      inputShapes,
      ...(below && { below }),
    }));
  });
}

describe('what one output sees', () => {
  beforeAll(() => use('cpu'));

  it('is stated in words that the test knows', () => {
    for (const { name, seen } of rows) {
      if (name in WITHOUT_MIRROR) expect(seen, name).toEqual([]);
      else expect(seen.length, name).toBeGreaterThan(0);
      for (const words of seen) expect(seenIn(words), `${name}: ${words}`).toBeDefined();
    }
  });

  it.each(Object.entries(SEEN_CASES))('is for %s what docs/layers.md states, case by case', (name, cases) => {
    expect(seenBy.get(name)).toEqual(Object.keys(cases));
    for (const [words, examples] of Object.entries(cases)) {
      for (const [i, one] of examples.entries()) expect(whatIsSeen(one), `${words}, ${i}`).toContain(seenIn(words));
    }
  });

  it('is everything if a fused softmax runs along the columns', () => {
    expect(page).toContain('If a convolution with `channelsFirst` has a softmax as its activation function');
    const seenWith = (activation: 'softmax' | 'relu', dataFormat: (typeof DATA_FORMATS)[number]) => {
      const layer = tfl.layers.conv2d({ filters: 2, kernelSize: 3, activation, dataFormat });
      return whatIsSeen({ make: () => layer, inputShapes: [[6, 5, 4]] });
    };
    expect(seenWith('softmax', 'channelsFirst')).toEqual(['everything']);
    expect(seenWith('softmax', 'channelsLast')).toEqual(['a window']);
    expect(seenWith('relu', 'channelsFirst')).toEqual(['a window']);
  });

  it.each(Object.keys(LAYER_CLASSES))('is for %s nothing else, in any use', (name) => {
    const words = seenBy.get(name)!.map(seenIn);
    // Without a condition there is one case.
    if (!(name in SEEN_CASES)) expect(words).toHaveLength(1);
    for (const one of standings(LAYER_CLASSES[name]!)) {
      const seen = whatIsSeen(one);
      expect(
        seen.some((sees) => words.includes(sees)),
        `${seen}: ${JSON.stringify([one.make().getConfig(), one.inputShapes, one.below])}`,
      ).toBe(true);
    }
  });
});

describe('the layers that the library adds', () => {
  beforeAll(() => use('cpu'));
  const added = rowsIn(rest);
  const mirrored = added.filter(({ mirror }) => !mirror.startsWith('–'));

  it('stand in docs/layers.md, and are tested', () => {
    expect(added.map(({ name }) => name).sort()).toEqual([...addedNames].sort());
    expect(Object.keys(ADDED_CLASSES).sort()).toEqual(mirrored.map(({ name }) => name).sort());
    expect(added.filter((row) => !mirrored.includes(row)).map(({ name }) => name)).toEqual(['KerasGRUCell']);
  });

  it.each(mirrored)(
    '$name has the mirror that is stated, and sees what is stated, in any use',
    ({ name, mirror, seen }) => {
      const { fixed } = ADDED_CLASSES[name]!;
      expect(builtInMirror(fixed[0]!.make()).kind).toBe(mirror);
      const words = seen.map(seenIn);
      expect(words).not.toContain(undefined);
      const met = new Set<Seen>();
      for (const one of standings(ADDED_CLASSES[name]!)) {
        const sees = whatIsSeen(one);
        expect(
          sees.some((what) => words.includes(what)),
          `${sees}: ${JSON.stringify([one.make().getConfig(), one.inputShapes, one.below])}`,
        ).toBe(true);
        for (const what of sees) met.add(what);
      }
      for (const what of words) expect(met).toContain(what);
    },
  );
});
