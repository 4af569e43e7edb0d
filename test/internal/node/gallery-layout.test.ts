import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { tileSize } from '../../../src/node/gallery/fit-tile.js';
import {
  facePlace,
  largestTile,
  SHEET_SIDE,
  type SheetLayout,
  sheetLayout,
  sheetSize,
  tileOffset,
} from '../../../src/node/gallery/sheet-layout.js';

interface Box {
  readonly sheet: number;
  readonly x: number;
  readonly y: number;
}

/** A picture size, a number of patches and a number of feature maps, laid out as a gallery does it. */
const layouts = fc
  .record({
    width: fc.integer({ min: 1, max: 600 }),
    height: fc.integer({ min: 1, max: 600 }),
    largest: fc.integer({ min: 16, max: 256 }),
    k: fc.integer({ min: 1, max: 120 }),
    count: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ width, height, largest, k, count }) => {
    const tile = tileSize({ width, height }, Math.min(largest, largestTile(k)));
    return { layout: sheetLayout(tile, { k, count }), k };
  });

function tilesOf(layout: SheetLayout, k: number): Box[] {
  return Array.from({ length: layout.count }, (_, index) => facePlace(layout, index)).flatMap((place) =>
    Array.from({ length: k }, (_, rank) => rank).flatMap((rank) =>
      (['projection', 'patch'] as const).map((block) => {
        const offset = tileOffset(layout, block, rank);
        return { sheet: place.sheet, x: place.x + offset.x, y: place.y + offset.y };
      }),
    ),
  );
}

describe('sheet layout', () => {
  it('keeps every tile inside its sheet, and every sheet within the limit', () => {
    fc.assert(
      fc.property(layouts, ({ layout, k }) => {
        const sizes = Array.from({ length: layout.sheets }, (_, sheet) => sheetSize(layout, sheet));
        expect(sizes.filter(({ width, height }) => Math.max(width, height) > SHEET_SIDE)).toEqual([]);
        const outside = tilesOf(layout, k).filter(({ sheet, x, y }) => {
          const size = sizes[sheet];
          const inside = size && x >= 0 && y >= 0 && x + layout.tile.width <= size.width;
          return !inside || y + layout.tile.height > size.height;
        });
        expect(outside).toEqual([]);
      }),
      { numRuns: inject('long') ? 3000 : 60 },
    );
  });

  it('lets no two tiles overlap', () => {
    fc.assert(
      fc.property(layouts, ({ layout, k }) => {
        const { width, height } = layout.tile;
        const tiles = tilesOf(layout, Math.min(k, 12)).slice(0, 300);
        const overlapping = tiles.flatMap((a, i) =>
          tiles
            .slice(i + 1)
            .filter((b) => a.sheet === b.sheet && Math.abs(a.x - b.x) < width && Math.abs(a.y - b.y) < height),
        );
        expect(overlapping).toEqual([]);
      }),
      { numRuns: inject('long') ? 1000 : 25 },
    );
  });

  it('puts projections left of patches, the strongest first, in rows of three for nine', () => {
    const layout = sheetLayout({ width: 48, height: 48 }, { k: 9, count: 1 });
    expect(tileOffset(layout, 'projection', 0)).toEqual({ x: 0, y: 0 });
    expect(tileOffset(layout, 'projection', 2)).toEqual({ x: 100, y: 0 });
    expect(tileOffset(layout, 'projection', 3)).toEqual({ x: 0, y: 50 });
    expect(tileOffset(layout, 'patch', 0)).toEqual({ x: 158, y: 0 });
    expect(layout.face).toEqual({ width: 306, height: 148 });
    expect(sheetSize(layout, 0)).toEqual(layout.face);
  });

  it('goes on in another sheet when one is full, and makes the last one no higher than it need be', () => {
    const layout = sheetLayout({ width: 96, height: 96 }, { k: 9, count: 50 });
    expect(layout.sheets).toBe(Math.ceil(50 / layout.perSheet));
    expect(facePlace(layout, layout.perSheet)).toEqual({ sheet: 1, x: 0, y: 0 });
    expect(sheetSize(layout, layout.sheets - 1).height).toBeLessThan(sheetSize(layout, 0).height);
  });
});
