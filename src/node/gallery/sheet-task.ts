import { drawSheet } from './draw-sheet.js';
import { encodeSprite } from './encode-sprite.js';
import { type PatchToDraw, readTiles, type TileDrawing } from './read-tiles.js';
import type { EncodedSheet, SheetPlan } from './sheet-plan.js';

/** A sheet to draw in any thread, with all that it is drawn from. It is plain data. */
export interface SheetTask {
  readonly plan: SheetPlan;
  readonly drawing: TileDrawing;
  /** The patches of each feature map of the plan, strongest first. */
  readonly patches: readonly (readonly PatchToDraw[])[];
}

/** Draws a sheet and encodes it. */
export async function runSheetTask({ plan, drawing, patches }: SheetTask): Promise<EncodedSheet> {
  const { picture, ...drawn } = await drawSheet(plan, (map) => readTiles(drawing, patches[plan.maps.indexOf(map)]!));
  return { ...drawn, png: await encodeSprite(picture, 'png') };
}
