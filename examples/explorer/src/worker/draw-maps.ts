import * as tf from '@tensorflow/tfjs-core';
import type { MapsRequest, MapsView } from '../protocol';
import { channelAxis } from './channel-axis';
import { colours } from './colours';

/** Cells of a drawn feature map along its longer side; larger ones are pooled. */
const LONGEST_SIDE = 64;

/** What `drawMaps` draws. */
interface LayerOutput {
  /** Without a batch axis; stays the caller's. */
  readonly output: tf.Tensor;
  readonly featureMaps: number;
  readonly channelsFirst: boolean;
}

/** Draws feature maps as tiles of one image: `[height, width, maps]` is read back, and coloured here. */
export async function drawMaps(
  { output, featureMaps, channelsFirst }: LayerOutput,
  { layer, scale, show }: MapsRequest,
): Promise<MapsView> {
  const axis = channelAxis(output.shape, featureMaps, channelsFirst);
  const pooled = tf.tidy(() => shrunk(asGrid(output, axis)));
  const [height, width] = pooled.shape;
  const values = await pooled.data().finally(() => pooled.dispose());
  const { peaks, least } = extremesOf(values, featureMaps);
  const largest = peaks.reduce((most, peak) => Math.max(most, peak), Number.NEGATIVE_INFINITY);
  const order = orderOf(show, peaks);
  const columns = Math.max(1, Math.ceil(Math.sqrt((order.length * height) / width)));
  const rows = Math.ceil(order.length / columns);
  const sheet = new ImageData(columns * width, Math.max(1, rows) * height);
  const signed = least < 0;
  const ramp = signed ? colours.signed : colours.positive;
  for (const [place, map] of order.entries()) {
    const top = scale === 'common' ? Math.max(largest, -least) : reachOf(values, featureMaps, map);
    const [left, above] = [(place % columns) * width, Math.floor(place / columns) * height];
    for (let cell = 0; cell < height * width; cell++) {
      const share = top > 0 ? values[cell * featureMaps + map]! / top : 0;
      const step = Math.round(255 * Math.min(1, Math.max(0, signed ? (share + 1) / 2 : share))) * 3;
      const to = ((above + Math.floor(cell / width)) * sheet.width + left + (cell % width)) * 4;
      sheet.data[to] = ramp[step]!;
      sheet.data[to + 1] = ramp[step + 1]!;
      sheet.data[to + 2] = ramp[step + 2]!;
      sheet.data[to + 3] = 255;
    }
  }
  return {
    layer,
    maps: order.map((featureMap) => ({ featureMap, peak: peaks[featureMap]! })),
    total: featureMaps,
    tiles: await createImageBitmap(sheet),
    columns,
    tile: { width, height },
    extent: output.shape.filter((_, at) => at !== axis),
    signed,
    strongest: Math.max(0, peaks.indexOf(largest)),
  };
}

/** `[height, width, maps]`: a signal is one row, a unit one cell; of a volume the largest along its depth. */
function asGrid(output: tf.Tensor, axis: number): tf.Tensor3D {
  const last = output.rank - 1;
  const order = [...output.shape.keys()].filter((at) => at !== axis);
  const moved = axis === last ? output : tf.transpose(output, [...order, axis]);
  const flat = moved.rank > 3 ? tf.max(moved, [...Array(moved.rank - 3).keys()]) : moved;
  const [maps, width = 1, height = 1] = [...flat.shape].reverse();
  return tf.reshape(flat, [height, width, maps!]);
}

function shrunk(grid: tf.Tensor3D): tf.Tensor3D {
  const factor = Math.ceil(Math.max(grid.shape[0], grid.shape[1]) / LONGEST_SIDE);
  return factor > 1 ? tf.maxPool(grid, factor, factor, 'same') : tf.clone(grid);
}

function extremesOf(values: ArrayLike<number>, maps: number): { peaks: Float32Array; least: number } {
  const peaks = new Float32Array(maps).fill(Number.NEGATIVE_INFINITY);
  let least = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > peaks[i % maps]!) peaks[i % maps] = value;
    if (value < least) least = value;
  }
  return { peaks, least };
}

/** The largest absolute value of one map. */
function reachOf(values: ArrayLike<number>, maps: number, map: number): number {
  let reach = 0;
  for (let i = map; i < values.length; i += maps) reach = Math.max(reach, Math.abs(values[i]!));
  return reach;
}

function orderOf(show: MapsRequest['show'], peaks: Float32Array): readonly number[] {
  if (!('order' in show)) return show.filter((map) => map < peaks.length);
  const all = [...peaks.keys()];
  if (show.order === 'strength') all.sort((a, b) => peaks[b]! - peaks[a]! || a - b);
  return all.slice(0, show.limit);
}
