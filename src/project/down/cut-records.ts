import type * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Mirror, MirrorContext } from '../../mirrors/mirror.js';
import { type Network, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { type Region, sameRegion } from '../../regions/region.js';

/** One step of a node's mirror, on the regions that went up and on those that come down. */
export interface StepBothWays {
  readonly network: Network;
  readonly node: NetworkNode;
  readonly mirror: Mirror;
  /** The index of the step, in the order of the way up. */
  readonly step: number;
  readonly up: MirrorContext;
  /** Its regions lie inside those of the way up. */
  readonly down: MirrorContext;
}

/**
 * Cuts the records of one step from the regions of the way up to those of the way down, by what the mirror says in
 * `recordsLieOn`. If both ways have the same regions, the records are returned as they are.
 *
 * @throws DeconvnetError `invalid-mirror` if the mirror does not say it, or if a record does not lie on the cells it names.
 */
export function cutRecords(records: readonly tf.Tensor[], at: StepBothWays): readonly tf.Tensor[] {
  const { network, node, mirror, step, up, down } = at;
  const isSame =
    sameRegion(up.outputRegion, down.outputRegion) &&
    up.inputRegions.every((region, i) => sameRegion(region, down.inputRegions[i]!));
  if (isSame || records.length === 0) return records;
  const cells = mirror.recordsLieOn ?? [];
  return records.map((record, i) => {
    // The last entry stands for all records after it.
    const own = cells[Math.min(i, cells.length - 1)];
    if (own === 'whole') return record;
    const input = typeof own === 'object' ? own.input : undefined;
    const [from, to] =
      input === undefined ? [up.outputRegion, down.outputRegion] : [up.inputRegions[input]!, down.inputRegions[input]!];
    // The input of a step after the first has the axes of the node's output.
    const { channelAxis } = input === undefined || step > 0 ? node : network.nodes[node.inputs[input]!]!;
    const spatial = spatialAxes(record.rank, channelAxis);
    // Along an axis of size 1 the record is the same for all cells.
    const long = [...spatial.keys()].filter((axis) => record.shape[spatial[axis]!] !== 1);
    const isOn =
      spatial.length === from.size.length && long.every((axis) => record.shape[spatial[axis]!] === from.size[axis]);
    if (own === undefined || !isOn) throw unknownCells(node, record);
    const along = (sizes: readonly number[]): number[] => long.map((axis) => sizes[axis]!);
    const on = ({ start, size }: Region): Region => ({ start: along(start), size: along(size) });
    return fitRegion(record, on(from), on(to), along(spatial));
  });
}

function unknownCells({ name }: NetworkNode, { shape }: tf.Tensor): DeconvnetError {
  return new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${name}' must say in 'recordsLieOn' on which cells its record [${shape}] lies, so that the record can be cut to a part of the layer.`,
    { layer: name },
  );
}
