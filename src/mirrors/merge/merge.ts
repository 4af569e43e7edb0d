// `mirrors/merge/` has the mirrors of layers with several inputs.
// In: the signal at the output, and the recorded inputs if the layer multiplies or chooses between them.
// Out: one signal for each input, summed over the axes that the layer broadcast (`broadcast.ts`).

import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import type { Placement } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { broadcastOf, readsOwnCells } from './broadcast.js';

/** The functions in which layers that merge their inputs value by value differ. */
interface MergeSteps extends Pick<Mirror, 'kind' | 'gates'> {
  /** The output from the inputs, which broadcast against each other. */
  readonly merge: (inputs: readonly tf.Tensor[]) => tf.Tensor;
  /** What to record of the inputs. */
  readonly record?: (inputs: readonly tf.Tensor[]) => tf.Tensor[];
  /**
   * The signal for each input, shaped like the output. It is summed over broadcast axes afterwards. What it gives for a
   * gate is not used.
   */
  readonly share: (signal: tf.Tensor, inputs: number, recorded: readonly tf.Tensor[]) => readonly tf.Tensor[];
}

/** The mirror of a layer that merges its inputs value by value and broadcasts them as tfjs-layers does. */
export function mergeMirror(
  { kind, gates, merge, record, share }: MergeSteps,
  placement: Placement | undefined,
): Mirror {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(gates && { gates }),
    ...(readsOwnCells(placement, gates) ? { window: 'pointwise' as const } : {}),
    sign: 'as-input',
    up: (inputs, at) => merge(inputs.map(broadcastOf(at, placement).toOutput)),
    ...(record && {
      record: ({ inputs, at }) => record(inputs.map(broadcastOf(at, placement).toOutput)),
      recordsLieOn: ['output'],
    }),
    down(signal, at) {
      const { toInput } = broadcastOf(at, placement);
      return share(signal, at.inputShapes.length, at.recorded).map((own, i) =>
        gates?.includes(i) ? tf.zeros([signal.shape[0]!, ...at.inputShapes[i]!.slice(1)]) : toInput(own, i),
      );
    },
  };
}

/** Add: the signal goes to every input. */
export function add(_: Layer, placement?: Placement): Mirror {
  return mergeMirror(
    {
      kind: 'copy',
      merge: (inputs) => inputs.reduce((a, b) => tf.add(a, b)),
      share: (signal, inputs) => Array<tf.Tensor>(inputs).fill(signal),
    },
    placement,
  );
}

/** Average: an equal part of the signal goes to every input. */
export function average(_: Layer, placement?: Placement): Mirror {
  return mergeMirror(
    {
      kind: 'share',
      merge: (inputs) =>
        tf.mul(
          1 / inputs.length,
          inputs.reduce((a, b) => tf.add(a, b)),
        ),
      share: (signal, inputs) => Array<tf.Tensor>(inputs).fill(tf.mul(signal, 1 / inputs)),
    },
    placement,
  );
}

/** Maximum: the signal goes to the largest input. A tie goes to the first. */
export function maximum(_: Layer, placement?: Placement): Mirror {
  return winner(tf.maximum, tf.greater, placement);
}

/** Minimum: the signal goes to the smallest input. A tie goes to the first. */
export function minimum(_: Layer, placement?: Placement): Mirror {
  return winner(tf.minimum, tf.less, placement);
}

function winner(
  pick: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  beats: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  placement: Placement | undefined,
): Mirror {
  return mergeMirror(
    {
      kind: 'winner',
      merge: (inputs) => inputs.reduce(pick),
      // There is one mask for each input after the first, with one byte per value: whether it beats all inputs before
      // it.
      record([first, ...others]) {
        let best = first!;
        return others.map((input) => {
          const won = beats(input, best);
          best = pick(best, input);
          return won;
        });
      },
      share(signal, _inputs, recorded) {
        let left = signal;
        const shares = [...recorded].reverse().map((won) => {
          const share = tf.mul(left, tf.cast(won, 'float32'));
          left = tf.mul(left, tf.cast(tf.logicalNot(won), 'float32'));
          return share;
        });
        return [...shares, left].reverse();
      },
    },
    placement,
  );
}
