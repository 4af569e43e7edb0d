import type { Transformation } from '../../../studies/invariance/move-picture.js';
import type { MovedPicture, Movement } from './move-and-compare.js';

/** What is said about a transformation. */
interface MovementWords {
  readonly heading: string;
  /** The letter of its row in Figure 5. */
  readonly letter: string;
  /** A movement, with its article. */
  readonly noun: string;
  /** What the axis of a plot says. */
  readonly axis: string;
  /** The step at which nothing is moved. */
  readonly still: number;
  /** The marks on the axis; undefined if they are chosen by the range. */
  readonly ticks?: readonly number[];
  /** A step with its unit. */
  readonly stepOf: (step: number) => string;
  /** What the paper found, and what beside the movement changes the picture. */
  readonly note: string;
}

/** What is said about each transformation. */
export const MOVEMENT_WORDS: Readonly<Record<Transformation, MovementWords>> = {
  translation: {
    ...{ heading: 'Translation', letter: 'a', noun: 'a shift', axis: 'shift down (pixels)', still: 0 },
    stepOf: (step) => `${signed(step)} ${Math.abs(step) === 1 ? 'pixel' : 'pixels'}`,
    note: 'In the paper, a shift of a few pixels changes the first layer drastically. In the top layer, the distance grows almost in proportion to the shift. The rows that come in are filled.',
  },
  scale: {
    ...{ heading: 'Scale', letter: 'b', noun: 'an enlargement', axis: 'enlargement (times)', still: 1 },
    stepOf: (step) => `${step} ×`,
    note: 'In the paper, the curves look like those of translation. Pixels between those of the picture are interpolated, which also blurs it; and its border leaves the frame.',
  },
  rotation: {
    ...{ heading: 'Rotation', letter: 'c', noun: 'a turn', axis: 'turn anticlockwise (degrees)', still: 0 },
    ...{ ticks: [0, 90, 180, 270, 360] },
    stepOf: (step) => `${signed(step)}°`,
    note: 'In the paper, the answer is not invariant to rotation, except for an object that looks alike when it is turned: then the distance falls again at the angles of its symmetry. But a square picture also fills its whole frame at 90, 180 and 270 degrees, without filled corners and without interpolation. Therefore the curves can have dips and peaks there that say nothing about the symmetry of the object.',
  },
};

/**
 * The steps of all pictures, in words: `21 steps from −60 to 60 pixels`.
 *
 * @param isUsual whether nobody has chosen the steps
 */
export function rangeWords(moved: readonly MovedPicture[], which: number, isUsual: boolean): string {
  const movements = moved.map(({ movements: own }) => own[which]!);
  const [{ transformation }] = movements as [Movement];
  const { stepOf } = MOVEMENT_WORDS[transformation];
  const ranges = movements.map(({ steps }) =>
    steps.length === 1
      ? `1 step, ${stepOf(steps[0]!)}`
      : `${steps.length} steps from ${signed(steps[0]!)} to ${stepOf(steps.at(-1)!)}`,
  );
  const words = [...new Set(ranges)].join('; ');
  if (transformation !== 'translation') return `${words}${isUsual ? ', as in the paper' : ''}.`;
  const up = movements.some(({ steps }) => steps[0]! < 0) ? ' (minus is up)' : '';
  const heights = [...new Set(moved.map(({ height }) => height))].sort((a, b) => a - b).join(', ');
  const paper = isUsual ? '; the paper moves pictures of 224 pixels from −60 to 60' : '';
  return `${words}${up}, of a height of ${heights} pixels${paper}.`;
}

/** Whose probability is watched; undefined if the network has no classes. */
export function watchedWords(moved: readonly MovedPicture[]): string | undefined {
  const ways = new Set(moved.map(({ watched }) => watched?.by));
  if (ways.size > 1) return 'the class that the legend names';
  const [by] = ways;
  return by && (by === 'label' ? 'the true class' : 'the answer to the picture as it is');
}

/** A number with a true minus sign. */
export function signed(value: number): string {
  return String(value).replace('-', '−');
}
