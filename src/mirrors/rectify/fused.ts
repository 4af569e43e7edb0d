import type { Tensor } from '@tensorflow/tfjs-core';
import { withoutUp } from '../kit/without-up.js';
import type { DownContext, Mirror, MirrorContext } from '../mirror.js';
import type { RectifyStep } from './rectify.js';

/**
 * The mirror of a layer with a fused activation function: a filter and a rectify step as one mirror that can be
 * wrapped.
 */
export function fused(filter: Mirror, rectify: RectifyStep): Mirror {
  const { records } = rectify;
  const linear = (inputs: readonly Tensor[], at: MirrorContext): Tensor => {
    if (!filter.up) throw withoutUp(at.layer.name);
    return filter.up(inputs, at);
  };
  const above = (at: MirrorContext): MirrorContext => ({
    ...at,
    prepared: [],
    inputShapes: [at.outputShape],
    inputRegions: [at.outputRegion],
  });
  const { recordsLieOn: _filterCells, ...linearFilter } = filter;
  // If both parts record, where the records of the filter end is known only when they have been made.
  const cells = filter.record ? undefined : rectify.recordsLieOn;
  return {
    ...linearFilter,
    kind: [rectify.kind, filter.kind].join(', '),
    ...(rectify.sign && { sign: rectify.sign }),
    ...(filter.up && { up: (inputs, at) => rectify.up!([linear(inputs, at)], above(at)) }),
    ...(cells && { recordsLieOn: cells }),
    ...((filter.record || records.length > 0) && {
      record(up) {
        const between = filter.record || records.includes('input') ? [linear(up.inputs, up.at)] : [up.output];
        const below = filter.record?.({ ...up, output: between[0]! }) ?? [];
        return [...below, ...rectify.record!({ inputs: between, output: up.output, at: above(up.at) })];
      },
    }),
    down(signal, at: DownContext) {
      const split = at.recorded.length - records.length;
      const [rectified] = [rectify.down(signal, { ...above(at), recorded: at.recorded.slice(split) })].flat();
      return filter.down(rectified!, { ...at, recorded: at.recorded.slice(0, split) });
    },
  };
}
