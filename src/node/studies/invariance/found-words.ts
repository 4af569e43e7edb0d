import { listed } from '../kit/listed.js';
import type { DifferentPictures } from './compare-different.js';
import type { MovedPicture } from './move-and-compare.js';
import { MOVEMENT_WORDS } from './movement-words.js';
import { relativeDistances } from './relative-distance.js';

/** What the curves of one transformation say, as the mean over the pictures: at the smallest movement and at the greatest. */
export function foundWords(moved: readonly MovedPicture[], which: number): string {
  const { transformation, layers } = moved[0]!.movements[which]!;
  const { still, noun, stepOf } = MOVEMENT_WORDS[transformation];
  const away = (step: number): number => {
    const by = Math.abs(step - still);
    // A turn by 350 degrees is one by 10 in the other direction.
    return transformation === 'rotation' ? Math.min(by % 360, 360 - (by % 360)) : by;
  };
  // Only steps that all pictures have can be averaged. Of two that are as far away, the one in the positive direction counts.
  const shared = moved[0]!.movements[which]!.steps.filter((step) =>
    moved.every(({ movements }) => movements[which]!.steps.includes(step)),
  );
  const order = shared
    .filter((step) => away(step) > 0)
    .sort((a, b) => away(a) - away(b) || Number(a < still) - Number(b < still) || a - b);
  const [least, most] = [order[0], order.filter((step) => away(step) === away(order.at(-1)!))[0]];
  if (least === undefined || most === undefined) return 'no step moves all pictures.';
  const means = (step: number): (number | null)[] => layers.map((_, layer) => meanAt(moved, which, layer, step));
  const first = `after ${noun} of ${stepOf(least)}, the mean distance is ${inLayers(layers, means(least))}`;
  return most === least ? `${first}.` : `${first}; after one of ${stepOf(most)}, it is ${inTurn(means(most))}.`;
}

/** What was found for all transformations, and how far different pictures are from each other. */
export function summaryWords(moved: readonly MovedPicture[], different: DifferentPictures): string {
  const { movements } = moved[0]!;
  const found = movements.map((_, which) => capital(foundWords(moved, which)));
  const between = different.some((mean) => mean !== null)
    ? [`Between two different pictures, it is ${inLayers(movements[0]!.layers, different)}.`]
    : [];
  return [...found, ...between].join(' ');
}

function meanAt(moved: readonly MovedPicture[], which: number, layer: number, step: number): number | null {
  const values = moved.flatMap((one) => {
    const place = one.movements[which]!.steps.indexOf(step);
    return relativeDistances(one, which, layer)[place] ?? [];
  });
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** "0.54 in conv1 and 0.16 in dense6" */
function inLayers(layers: readonly { readonly layer: string }[], values: readonly (number | null)[]): string {
  return listed(layers.map(({ layer }, i) => `${short(values[i]!)} in ${layer}`));
}

/** "0.54 and 0.16" */
function inTurn(values: readonly (number | null)[]): string {
  return listed(values.map(short));
}

function short(value: number | null): string {
  return value?.toFixed(2) ?? 'not defined';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
