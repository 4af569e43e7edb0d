import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Whether a model counts channels before height and width. */
export function isChannelsFirst(model: LayersModel): boolean {
  return JSON.stringify(model.toJSON(null, false)).includes('channels_first');
}

/** Which axis of a layer's output, without the batch, counts the feature maps. */
export function channelAxis(shape: readonly number[], featureMaps: number, channelsFirst: boolean): number {
  const last = shape.length - 1;
  if (shape[last] !== featureMaps) return 0;
  return channelsFirst && shape[0] === featureMaps && last > 1 ? 0 : last;
}
