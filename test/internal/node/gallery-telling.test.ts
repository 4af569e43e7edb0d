import { describe, expect, it } from 'vitest';
import { classShares, commonestClass } from '../../../src/node/gallery/class-selectivity.js';
import { relatedMaps } from '../../../src/node/gallery/related-maps.js';
import { SearchIndex } from '../../../src/node/gallery/search-index.js';
import { tellingMaps } from '../../../src/node/gallery/telling-maps.js';

const labelled = (...labels: string[]) => labels.map((label) => ({ label }));
const statistics = (maximum: number, mean: number) => ({
  firingShare: 0.5,
  maximum,
  mean,
  dead: false,
  constant: false,
});

describe('class selectivity', () => {
  it('is the share of the patches in their commonest class, less the share of all pictures', () => {
    const shares = classShares(
      [
        { label: 'cat', count: 60 },
        { label: 'dog', count: 20 },
      ],
      100,
    );
    expect(commonestClass(labelled('cat', 'dog', 'cat', 'cat'), shares)).toEqual({
      ...{ label: 'cat', count: 3, share: 0.75 },
      selectivity: expect.closeTo(0.15, 10),
    });
    expect(commonestClass(labelled('cat', 'dog'), shares)).toMatchObject({ label: 'dog', selectivity: 0.3 });
    expect(commonestClass([...labelled('cat', 'cat'), {}, {}], undefined)).toMatchObject({
      share: 0.5,
      selectivity: 0.5,
    });
    expect(commonestClass([{}], shares)).toBeUndefined();
  });
});

describe('the most telling feature maps', () => {
  it('are the most selective ones, with each class once before one comes again', () => {
    const shares = new Map([
      ['cat', 0.5],
      ['dog', 0.1],
    ]);
    const candidates = [
      { map: 0, patches: labelled('cat', 'cat', 'cat'), statistics: statistics(9, 1) },
      { map: 1, patches: labelled('dog', 'dog', 'dog'), statistics: statistics(2, 1) },
      { map: 2, patches: labelled('dog', 'dog', 'dog'), statistics: statistics(4, 1) },
      { map: 3, patches: labelled('dog', 'dog', 'cat'), statistics: statistics(8, 1) },
      { map: 4, patches: [] },
    ];
    // Selectivity: 0.5, 0.9, 0.9, 0.57. Of the two with 0.9, the one whose peak stands out more comes first.
    expect(tellingMaps(candidates, { k: 3, count: 3, shares })).toEqual([2, 0, 1]);
  });

  it('are those that respond strongly to few pictures, if no class is common', () => {
    const candidates = [
      { map: 0, patches: labelled('a', 'b', 'c'), statistics: statistics(10, 5) },
      { map: 3, patches: labelled('d', 'e', 'f'), statistics: statistics(4, 1) },
      { map: 7, patches: labelled('g', 'h', 'i'), statistics: statistics(9, 3) },
      { map: 9, patches: labelled('j'), statistics: statistics(90, 1) },
    ];
    expect(tellingMaps(candidates, { k: 3, count: 2, shares: undefined })).toEqual([3, 7]);
    expect(tellingMaps(candidates, { k: 3, count: 9, shares: undefined })).toEqual([9, 3, 7, 0]);
  });
});

describe('related feature maps', () => {
  it('have at least two pictures in common, most first', () => {
    const maps = [
      { map: 0, patches: ['a', 'b', 'c', 'd'] },
      { map: 2, patches: ['a', 'b', 'x'] },
      { map: 5, patches: ['d', 'c', 'b', 'b'] },
      { map: 6, patches: ['a'] },
      { map: 8, patches: [] },
    ].map(({ map, patches }) => ({ map, patches: patches.map((id) => ({ id })) }));
    expect(relatedMaps(maps)).toEqual([
      [
        { map: 5, shared: 3 },
        { map: 2, shared: 2 },
      ],
      [{ map: 0, shared: 2 }],
      [{ map: 0, shared: 3 }],
      [],
      [],
    ]);
  });
});

describe('the search index', () => {
  it('has each name once, for all layers', () => {
    const patch = (id: string, label?: string) => ({
      ...({ id, activation: 1, position: [], projection: 'drawn', kept: true } as const),
      ...(label !== undefined && { label }),
    });
    const index = new SearchIndex();
    index.add({
      maps: [
        { map: 0, patches: [] },
        { map: 3, patches: [patch('x', 'cat'), patch('y')] },
      ],
    });
    index.add({ maps: [{ map: 1, name: 'tabby', patches: [patch('z', 'dog'), patch('x', 'cat')] }] });
    expect(index.data).toEqual({
      ids: ['x', 'y', 'z'],
      labels: ['cat', 'dog'],
      labelOf: [0, -1, 1],
      layers: [
        { maps: [3], silent: [0], lists: [[0, 1]] },
        { maps: [1], silent: [], lists: [[2, 0]], names: ['tabby'] },
      ],
    });
  });
});
