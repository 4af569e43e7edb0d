import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Likeness } from 'deconvnet/studies';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { chooseStudy, untilText } from './explorer-page.js';

/** Opens the part of the page. */
export async function openCheck(page: Page): Promise<void> {
  await chooseStudy(page, 'sanity');
}

/** Runs a check to its end. */
export async function check(page: Page, seed = 0): Promise<void> {
  await page.fill('#sanity-seed', String(seed));
  await page.click('#sanity-form button.primary');
  await untilText(page, '#status', 'The study is finished.');
}

/** The texts of the cells of the tables of a part: of its pictures, and of its figures. */
export function tablesOf(page: Page, part: number): Promise<string[][][]> {
  return page
    .locator('#sanity-parts > section')
    .nth(part)
    .locator('table')
    .evaluateAll((tables) =>
      tables.map((table) =>
        [...table.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.innerText)),
      ),
    );
}

/** A number that the page shows. */
export const numberOf = (text: string | undefined): number => Number((text ?? 'none').trim().replace('−', '-'));

/** Compares the last four cells of a row. */
export function expectFigures(found: readonly string[], likeness: Likeness | undefined): void {
  const { signed, absolute } = likeness!;
  const four = [signed, absolute].flatMap((one) => [one.rankCorrelation, one.structuralSimilarity]);
  expect(found.slice(-4).length).toBe(4);
  for (const [i, text] of found.slice(-4).entries()) expect(Math.abs(numberOf(text) - four[i]!)).toBeLessThan(0.011);
}

/** A network whose random weights are all 0, because its layers say so; its second feature map never fires. */
export function emptyWhenRandom(): tfl.LayersModel {
  const zeros = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
  const model = tfl.sequential({
    name: 'planted',
    layers: [
      tfl.layers.rescaling({ name: 'pixels', scale: 1 / 255, inputShape: [16, 16, 3] }),
      tfl.layers.conv2d({ name: 'seen', filters: 2, kernelSize: 3, activation: 'relu', ...zeros }),
    ],
  });
  tf.tidy(() => {
    const kernel = tf.stack([tf.ones([3, 3, 3]), tf.neg(tf.ones([3, 3, 3]))], 3);
    model.setWeights([kernel, tf.zeros([2])]);
  });
  return model;
}
