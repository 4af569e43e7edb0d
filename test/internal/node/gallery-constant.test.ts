import { describe, expect, it } from 'vitest';
import type { GalleryMap } from '../../../src/node/gallery/gallery-page.js';
import { layerNotes } from '../../../src/node/gallery/layer-notes.js';
import { overviewFacts } from '../../../src/node/gallery/overview-row.js';

const facts = { name: 'conv', className: 'Conv2D', outputShape: [8, 8, 4], featureMaps: 4, receptiveField: null };
const same = { firingShare: 1, mean: 0.25, maximum: 0.25, dead: false, constant: true };
const constant = (map: number): GalleryMap => ({ map, patches: [], statistics: same });

describe('constant feature maps', () => {
  it.each([
    [{ drawn: 3, constant: 1 }, '4 feature maps, of which 1 is constant'],
    [{ drawn: 1, constant: 1 }, '4 feature maps, of which 2 never fired and 1 is constant'],
    [{ drawn: 0, constant: 2 }, '4 feature maps, of which 2 never fired and 2 are constant'],
    [{ drawn: 0, constant: 4 }, '4 feature maps, of which 4 are constant'],
    [{ drawn: 4, constant: 0 }, '4 feature maps'],
  ])('are counted in the overview: %o', (counts, text) => {
    expect(overviewFacts({ ...facts, file: 'data/0-conv.js', covered: 4, ...counts })[1]).toBe(text);
  });

  it('are named in the notes of their layer, apart from those that never fired', () => {
    expect(layerNotes({ ...facts, featureMaps: 2, maps: [constant(0), { map: 1, patches: [] }] })).toEqual([
      '1 feature map never fired on these pictures: 1.',
      '1 feature map is constant: 0. It has the same strongest value on every picture, so no patch excites it more than another, and none is drawn.',
    ]);
    expect(layerNotes({ ...facts, featureMaps: 2, maps: [constant(0), constant(1)] })).toEqual([
      '2 feature maps are constant: 0, 1. Each has the same strongest value on every picture, so no patch excites it more than another, and none is drawn.',
    ]);
  });
});
