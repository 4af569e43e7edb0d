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
  const { node, mirror, up, down } = at;
  const isSame =
    sameRegion(up.outputRegion, down.outputRegion) &&
    up.inputRegions.every((region, i) => sameRegion(region, down.inputRegions[i]!));
  if (isSame || records.length === 0) return records;
  const cells = mirror.recordsLieOn ?? [];
  if (cells.length === 0) {
    throw new DeconvnetError(
      'invalid-mirror',
      `The mirror of layer '${node.name}' records tensors, but has no 'recordsLieOn', so they cannot be cut to a part of the layer.`,
      { layer: node.name },
    );
  }
  return records.map((record, i) => {
    // The last entry stands for all records after it.
    const own = cells[Math.min(i, cells.length - 1)]!;
    if (own === 'whole') return record;
    if (own === 'output') return cut(record, at, { from: up.outputRegion, to: down.outputRegion, ...node });
    const { input } = own;
    // The input of a step after the first is the node's own output, or has the same cells.
    const { channelAxis } = at.step === 0 ? at.network.nodes[node.inputs[input]!]! : node;
    return cut(record, at, { from: up.inputRegions[input]!, to: down.inputRegions[input]!, channelAxis });
  });
}

function cut(
  record: tf.Tensor,
  { node }: StepBothWays,
  { from, to, channelAxis }: { readonly from: Region; readonly to: Region; readonly channelAxis: number },
): tf.Tensor {
  const axes = spatialAxes(record.rank, channelAxis);
  const size = axes.map((axis) => record.shape[axis]!);
  // Along an axis of size 1 the record is the same for all cells.
  const long = [...axes.keys()].filter((i) => size[i] !== 1);
  if (size.length !== from.size.length || long.some((i) => size[i] !== from.size[i])) {
    throw new DeconvnetError(
      'invalid-mirror',
      `The mirror of layer '${node.name}' says in 'recordsLieOn' that a record lies on [${from.size}] cells, or has size 1 along an axis; the record is shaped [${record.shape}].`,
      { layer: node.name },
    );
  }
  const on = ({ start, size: cells }: Region): Region => ({
    start: long.map((i) => start[i]!),
    size: long.map((i) => cells[i]!),
  });
  return fitRegion(
    record,
    on(from),
    on(to),
    long.map((i) => axes[i]!),
  );
}
