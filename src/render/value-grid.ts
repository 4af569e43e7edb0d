import { DeconvnetError } from '../errors/deconvnet-error.js';

/** Values to draw: channels last, line by line from the top. */
export interface ValueGrid {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** How much of each cell is inside the input, from 0 to 1; absent if all of it is. Cells outside are transparent. */
  readonly cover?: ArrayLike<number>;
}

/**
 * Reads height, width and channels from the shape of one input. An input with one spatial axis, such as a signal over
 * time, becomes a picture that is one pixel high.
 *
 * @throws DeconvnetError `unsupported-option` if there are not one or two spatial axes.
 */
export function gridSize(shape: readonly number[], channelAxis: number): Omit<ValueGrid, 'values'> {
  const extent = shape.filter((_, axis) => axis !== channelAxis);
  if (extent.length < 1 || extent.length > 2) {
    throw new DeconvnetError(
      'unsupported-option',
      `Values shaped [${shape}] have ${extent.length} spatial axes; only one or two can be drawn as a picture.`,
    );
  }
  const [height, width] = extent.length === 2 ? extent : [1, extent[0]];
  return { height: height!, width: width!, channels: shape[channelAxis]! };
}
