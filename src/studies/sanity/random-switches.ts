import * as tf from '@tensorflow/tfjs-core';
import { keepingMaps, keepsMaps } from '../../mirrors/kit/one-map.js';
import type { Rule } from '../../mirrors/rules.js';
import { randomSource } from '../../tensors/random-source.js';

/** The first stream of random numbers for switches. Those for weights come before it. */
const FIRST_STREAM = 2 ** 24;

/**
 * A rule whose switches are random: max pooling records where the maxima of random numbers are, and not those of its
 * input. The numbers are independent and lie between 0 and 1, so each real cell of a window is as likely as the others, and
 * padding never wins. As in the real network, windows that overlap can share a switch.
 *
 * The rule is for one way up. Each max pooling that records on it gets other numbers.
 */
export function withRandomSwitches(rule: Rule, seed: number): Rule {
  let pools = 0;
  return {
    ...rule,
    unpool(layer, builtIn) {
      const mirror = rule.unpool(layer, builtIn);
      const { record } = mirror;
      if (!record) return mirror;
      const random: typeof mirror = {
        ...mirror,
        record({ inputs, ...up }) {
          const source = randomSource(seed, FIRST_STREAM + pools++);
          const noises = inputs.map(({ shape, size }) => tf.tensor(Float32Array.from({ length: size }, source), shape));
          return record({ ...up, inputs: noises });
        },
      };
      return keepsMaps(mirror) ? keepingMaps(random) : random;
    },
  };
}
