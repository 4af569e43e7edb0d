/**
 * A picture in memory: RGBA, 8 bits a channel, row by row, not premultiplied. An `ImageData` is one, and
 * `new ImageData(picture.data, picture.width, picture.height)` draws one on a canvas.
 */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `width * height * 4` values, 0 to 255. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}
