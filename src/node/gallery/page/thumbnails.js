/**
 * Where the thumbnail of a picture is: its sheet, its part of the sheet, and the height and width of the picture if those
 * of all pictures are not the same. Undefined if it has none.
 *
 * @param pictures the thumbnails of a layer
 * @param id the number of the picture in the layer's table
 */
export function thumbnailOf(pictures, id) {
  const index = pictures?.at[id] ?? -1;
  if (index < 0) return undefined;
  const { sheets, step, perRow, perSheet, size, sizes } = pictures;
  const inSheet = index % perSheet;
  const [x, y] = [(inSheet % perRow) * step[0], Math.floor(inSheet / perRow) * step[1]];
  const [width, height, ...extent] = size ?? sizes[id];
  return {
    sheet: sheets[Math.floor(index / perSheet)],
    part: [x, y, width, height],
    extent: extent.length > 0 ? extent : undefined,
  };
}
