import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/input/picture.js';
import { cutGrid } from '../../../src/node/gallery/cut-grid.js';
import { enlarge } from '../../../src/node/gallery/enlarge.js';
import { fitTile, tileSize } from '../../../src/node/gallery/fit-tile.js';
import { focusWindows } from '../../../src/node/gallery/focus.js';
import { resizePicture } from '../../../src/node/gallery/resize-picture.js';
import { blankSheet, drawTile } from '../../../src/node/gallery/sprite-sheet.js';
import { cutTile, tileWindow } from '../../../src/node/pictures/tile-window.js';
import { wholeRegion } from '../../../src/regions/region.js';

type Colour = readonly [number, number, number, number];

function picture(width: number, height: number, colourAt: (x: number, y: number) => Colour): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 4);
  return { width, height, data };
}

const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('resizePicture', () => {
  it('averages the area that each pixel covers', () => {
    const halves = picture(3, 1, (x) => [x * 60, 0, 0, 255]);
    // One pixel and a half each: 0 and half of 60; half of 60 and 120.
    expect(resizePicture(halves, { width: 2, height: 1 }).data).toEqual(
      new Uint8ClampedArray([20, 0, 0, 255, 100, 0, 0, 255]),
    );
  });

  it('keeps the mean of an opaque picture', () => {
    fc.assert(
      fc.property(
        fc.record({ w: fc.integer({ min: 2, max: 40 }), h: fc.integer({ min: 2, max: 40 }), seed: fc.nat() }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        ({ w, h, seed }, a, b) => {
          const source = picture(w, h, (x, y) => [((x * 7 + y * 13) * (seed % 97)) % 256, 9, 200, 255]);
          const small = resizePicture(source, { width: 1 + (a % w), height: 1 + (b % h) });
          const mean = ({ data }: Picture): number => {
            let sum = 0;
            for (let i = 0; i < data.length; i += 4) sum += data[i]!;
            return (4 * sum) / data.length;
          };
          expect(Math.abs(mean(small) - mean(source))).toBeLessThan(0.51);
          expect(pixel(small, 0, 0).slice(1)).toEqual([9, 200, 255]);
        },
      ),
    );
  });

  it('lets transparent pixels weigh nothing in the colour', () => {
    const half = picture(2, 1, (x) => (x === 0 ? [200, 100, 50, 255] : [0, 0, 0, 0]));
    expect(pixel(resizePicture(half, { width: 1, height: 1 }), 0, 0)).toEqual([200, 100, 50, 128]);
  });
});

describe('tile sizes', () => {
  it('makes each pixel a square, also from an unaligned buffer', () => {
    const bytes = new Uint8ClampedArray(9);
    bytes.set([0, 1, 2, 3, 255, 5, 6, 7, 255]);
    const big = enlarge({ width: 2, height: 1, data: bytes.subarray(1) }, 2);
    expect([big.width, big.height]).toEqual([4, 2]);
    expect(pixel(big, 1, 1)).toEqual([1, 2, 3, 255]);
    expect(pixel(big, 2, 0)).toEqual([5, 6, 7, 255]);
  });

  it('enlarges small tiles, keeps middling ones, shrinks large ones with their proportions', () => {
    expect(tileSize({ width: 7, height: 7 }, 96)).toEqual({ width: 49, height: 49, scale: 7 });
    expect(tileSize({ width: 45, height: 45 }, 96)).toEqual({ width: 45, height: 45, scale: 1 });
    expect(tileSize({ width: 200, height: 100 }, 96)).toEqual({ width: 96, height: 48, scale: 0.48 });
  });

  it('fits any picture into any tile, and fills one side of it', () => {
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(side, side, side, side, (w, h, width, height) => {
        const fitted = fitTile(
          picture(w, h, () => [1, 2, 3, 255]),
          { width, height },
        );
        expect(fitted.width).toBeLessThanOrEqual(width);
        expect(fitted.height).toBeLessThanOrEqual(height);
        expect(fitted.data.length).toBe(fitted.width * fitted.height * 4);
        expect(fitted.width === width || fitted.height === height).toBe(true);
      }),
    );
  });

  it('draws a tile where it belongs and does not touch the rest of the sheet', () => {
    const sheet = blankSheet({ width: 10, height: 8 });
    const checked = picture(2, 2, (x, y) => (x === y ? [255, 0, 0, 255] : [0, 0, 0, 0]));
    drawTile(sheet, checked, { x: 3, y: 2, width: 4, height: 4 });
    expect(pixel(sheet, 3, 2)).toEqual([255, 0, 0, 255]);
    expect(pixel(sheet, 6, 5)).toEqual([255, 0, 0, 255]);
    expect(pixel(sheet, 5, 3)).toEqual([128, 128, 128, 30]);
    expect(pixel(sheet, 2, 2)).toEqual([0, 0, 0, 0]);
    expect(pixel(sheet, 7, 5)).toEqual([0, 0, 0, 0]);
  });
});

describe('the focus of a feature map', () => {
  const extent = [100, 100];
  const box = (top: number, left: number, height: number, width = height) => ({
    start: [top, left],
    size: [height, width],
  });

  it('is a square of one size, ten percent larger than the longest side, on the middle of each projection', () => {
    const windows = [box(0, 0, 60), box(30, 30, 60)];
    const bounds = [box(20, 10, 20, 10), box(50, 51, 5, 9)];
    expect(focusWindows({ windows, bounds, extent })).toEqual([box(19, 4, 22), box(42, 45, 22)]);
  });

  it('stays inside the window and the picture where that is possible', () => {
    // The second field sticks out of the picture at the top left corner.
    const windows = [box(10, 10, 40), box(-20, -20, 40)];
    const bounds = [box(12, 45, 10, 5), box(0, 0, 20)];
    expect(focusWindows({ windows, bounds, extent })).toEqual([box(10, 28, 22), box(-2, -2, 22)]);
    expect(focusWindows({ windows, bounds: [box(12, 45, 10, 5), box(0, 0, 4)], extent })[1]).toEqual(box(0, 0, 11));
  });

  it('is the window if most of it is needed, or if no projection is known', () => {
    const windows = [box(3, 3, 20), box(5, 7, 20)];
    expect(focusWindows({ windows, bounds: [box(4, 4, 19), undefined], extent })).toEqual(windows);
    expect(focusWindows({ windows, bounds: [undefined, undefined], extent: null })).toEqual(windows);
    // A projection that is zero is shown around the middle of its window.
    expect(focusWindows({ windows, bounds: [box(4, 4, 9), undefined], extent })[1]).toEqual(box(10, 12, 10));
  });
});

describe('values of a tile', () => {
  it('are zero where the activation does not see the picture, and not covered outside of the picture', () => {
    const grid = { values: [1, 2, 3, 4], height: 2, width: 2, channels: 1 };
    const cut = cutGrid(grid, {
      field: { start: [-1, 1], size: [2, 2] },
      window: { start: [-1, 0], size: [2, 3] },
      inside: wholeRegion([5, 5]),
    });
    expect(Array.from(cut.values)).toEqual([0, 0, 0, 0, 3, 4]);
    expect(Array.from(cut.cover!)).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe('tile windows', () => {
  const grey: Colour = [128, 128, 128, 255];

  it('shows the field where it is smaller than the picture, the picture where it is not', () => {
    expect(tileWindow({ start: [-2, 5], size: [7, 7] }, [32, 32])).toEqual({ start: [-2, 5], size: [7, 7] });
    expect(tileWindow({ start: [-9, 3], size: [45, 45] }, [32, 32])).toEqual({ start: [0, 0], size: [32, 32] });
    expect(tileWindow({ start: [-1, 3], size: [9, 9] }, [8, 32])).toEqual({ start: [0, 3], size: [8, 9] });
  });

  it('makes what is outside the picture transparent', () => {
    const field = { start: [-1, 0], size: [3, 3] };
    const whole = picture(3, 3, (x, y) => [x, y, 0, 255]);
    const tile = cutTile(whole, { field, window: field, inside: wholeRegion([8, 8]), fill: grey });
    expect(pixel(tile, 2, 0)).toEqual([0, 0, 0, 0]);
    expect(pixel(tile, 2, 1)).toEqual([2, 1, 0, 255]);
  });

  it('fills what is inside the picture but outside the field', () => {
    const field = { start: [-3, 1], size: [5, 5] };
    const seen = picture(5, 5, (x, y) => [x, y, 0, 255]);
    const tile = cutTile(seen, { field, window: tileWindow(field, [4, 4]), inside: wholeRegion([4, 4]), fill: grey });
    expect([tile.width, tile.height]).toEqual([4, 4]);
    expect(pixel(tile, 1, 0)).toEqual([0, 3, 0, 255]);
    expect(pixel(tile, 0, 0)).toEqual(grey);
    expect(pixel(tile, 3, 2)).toEqual(grey);
  });
});
