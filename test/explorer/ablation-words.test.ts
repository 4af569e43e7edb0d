import type { Ablated, Ablation } from 'deconvnet/studies';
import { describe, expect, it } from 'vitest';
import { type AblationSettings, ablationRequest } from '../../examples/explorer/src/actions/ablation-request.js';
import { withClasses } from '../../examples/explorer/src/labelled.js';
import type { AblationRequest, AblationView } from '../../examples/explorer/src/protocol-ablation.js';
import { initialState, type State } from '../../examples/explorer/src/state.js';
import { subjectOf } from '../../examples/explorer/src/views/studies/ablation/ablation-subject.js';
import {
  halfText,
  madeText,
  readingOf,
  rowsText,
} from '../../examples/explorer/src/views/studies/ablation/ablation-words.js';
import { mapChanges } from '../../examples/explorer/src/views/studies/ablation/accuracies.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A layer of some feature maps: 10 pictures of each class, all right; `lost` says what is lost without single maps. */
function studyOf(maps: number, lost: Readonly<Record<number, readonly number[]>>, classes = 2): Ablation {
  const all = Array.from({ length: classes }, () => 10);
  const without = (counts: readonly number[]): number[] => all.map((right, i) => right - (counts[i] ?? 0));
  const half = range(Math.max(1, Math.round(maps / 2)));
  const ablations: (Ablated & { correct: number[] })[] = [
    { what: 'layer', featureMaps: range(maps), correct: all.map(() => 0) },
    ...Object.entries(lost).map(([map, counts]) => ({
      ...{ what: 'map' as const, featureMaps: [Number(map)], correct: without(counts) },
    })),
    { what: 'share', share: 0.5, featureMaps: half, correct: without([5]) },
  ];
  const labels = range(classes).map((i) => `class ${i}`);
  return { layer: 'conv', labels, seed: 4, strangers: 0, pictures: all, correct: all, ablations };
}

const viewOf = (study: Ablation, more: Partial<AblationView> = {}): AblationView => ({
  ...{ what: 'layer', layers: [study], known: 10 * study.pictures.length, skipped: 0, ...more },
});
const read = (study: Ablation): string => readingOf(viewOf(study), mapChanges(study));

describe('the words of ablation', () => {
  it('say of how many feature maps they speak', () => {
    expect(read(studyOf(128, { 3: [0, 0], 7: [0, 2] }))).toContain(
      '2 of the 128 feature maps were set to zero one by one. Of these, map 7 changes most: without it, 2 pictures of class 1 are lost.',
    );
    expect(read(studyOf(128, { 3: [0, 0], 7: [0, 0] }))).toContain(
      '2 of the 128 feature maps were set to zero one by one. None of these changes the accuracy of a class.',
    );
    expect(read(studyOf(2, { 0: [0, 0], 1: [1, 0] }))).toContain('All 2 feature maps were set to zero one by one.');
    expect(read(studyOf(9, { 5: [1, 0] }))).toContain(
      'Of the 9 feature maps, only map 5 was set to zero alone: without it, 1 picture of class 0 is lost.',
    );
  });

  it('say how many feature maps half of them are, and do not speak of half of one', () => {
    expect(read(studyOf(3, {}))).toContain('Without 2 of the 3 feature maps of conv, drawn at random, 75 % are left');
    const single = studyOf(1, { 0: [10, 10] });
    expect(read(single)).toContain('Without the only feature map of conv, 0 % are left.');
    expect(read(single)).not.toMatch(/half|one by one/);
    expect(halfText(single)).toBe('–');
    expect(madeText(viewOf(single))).toBe('');
  });

  it('say which classes the table leaves out', () => {
    expect(rowsText(viewOf(studyOf(3, {}, 30)))).toBe('');
    expect(rowsText(viewOf(studyOf(3, {}, 31)))).toContain('The table shows the first 30 of 31 classes with pictures');
    expect(rowsText(viewOf(studyOf(3, {}, 31), { what: 'halves' }))).toBe('');
  });

  it('say how many of the pictures were taken', () => {
    expect(madeText(viewOf(studyOf(3, {}), { known: 500, skipped: 1 }))).toBe(
      '21 of 500 pictures with a class of the network were taken: one of each class in turn. Half of the feature maps was drawn 1 time, by the seed 4. 1 picture could not be read.',
    );
    expect(madeText(viewOf(studyOf(3, {})))).toBe('Half of the feature maps was drawn 1 time, by the seed 4.');
  });
});

const blob = new Blob();
const layers = [
  { name: 'wide', featureMaps: 8 },
  { name: 'single', featureMaps: 1 },
  { name: 'top', featureMaps: 2 },
];
const network = {
  ...{ layers, minedLayers: ['wide', 'single', 'top'], labels: [], classes: 2, inputFormat: { line: '' } },
} as unknown as NonNullable<State['network']>;
const NAMES = ['tench, Tinca tinca', 'dog'];
const pictures = [1, 2, 3].flatMap((i) => ({ id: `${NAMES[0]}/${i}.png`, label: NAMES[0]!, blob }));
const dogs = [1, 2].map((i) => ({ id: `dog/${i}.png`, label: 'dog', blob }));
const state: State = { ...initialState, network, layer: 'wide', pictures: [...pictures, ...dogs] };

/** What the worker is asked for. */
const requested = (settings: Partial<AblationSettings>): AblationRequest =>
  ablationRequest(state, { what: 'layer', maps: 2, pictures: 9, seed: 0, labels: NAMES, ...settings })!;

describe('what ablation counts', () => {
  it('are pictures of each class in turn, although the classes were added one after the other', () => {
    const { known, ...request } = requested({ pictures: 4 });
    expect(request.pictures.map(({ id }) => id)).toEqual(
      [pictures[0]!, dogs[0]!, pictures[1]!, dogs[1]!].map(({ id }) => id),
    );
    expect(known).toBe(5);
  });

  it('does not take half of a layer of one feature map', () => {
    expect(requested({ what: 'halves' }).layers).toEqual(['wide', 'top']);
  });

  it('takes names of classes that have commas, one on each line', () => {
    expect(subjectOf(state, `${NAMES[0]}\r\n dog \n\n`)).toEqual({
      ...{ labels: NAMES, known: 5, canRun: true },
      text: 'Counts right answers. The page has 5 pictures of 2 classes.',
    });
    expect(subjectOf(state, 'cat, dog').text).toContain('one on each line. You have entered 1.');
  });

  it('takes folders as classes, whether they come together or one after the other', () => {
    const cat = { id: 'pets/cat/1.png', blob };
    expect(withClasses([cat])).toEqual([cat]);
    expect(withClasses([...withClasses([cat]), { id: 'pets/dog/1.png', blob }]).map(({ label }) => label)).toEqual([
      ...['cat', 'dog'],
    ]);
  });
});
