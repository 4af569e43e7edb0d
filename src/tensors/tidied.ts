// Stage: after `errors/`. `tensors/` handles tensors of tfjs, and knows nothing about networks.
// In: tensors, and synchronous work on them.
// Out: tensors with one clear owner: second handles on the same values, results that survive a tidy, tensors made from
// pieces (`tensor-writer.ts`), and kernels of our own for backends whose memory we can read (`host-kernel.ts`).

import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';

/** `tf.tidy` for results of any type: tensors inside nested arrays and objects survive; all others are freed. */
export function tidied<Result>(work: () => Result): Result {
  return tidy(work as () => TensorContainer) as Result;
}
