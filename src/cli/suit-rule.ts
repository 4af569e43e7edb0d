import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet, RuleChoice } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { countLittleDependence } from '../dependence/choose-rule.js';
import { counted } from '../errors/counted.js';
import type { Library } from './load-library.js';
import type { Reading } from './picture-options.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

/** How many pictures are enough to see whether projections depend on them. */
const PICTURES = 3;

/** What the rule is chosen for. */
export interface RuleQuestion {
  /** A network with the rule `deconvnet`. */
  readonly deconvnet: Deconvnet;
  /** The layers that will be looked at. */
  readonly layers: readonly string[];
  readonly images: readonly PictureFile[];
  readonly reading: Reading;
}

/**
 * Chooses the rule for somebody who named none, from the first pictures of the listing, and says why. It is undefined if
 * there are not enough pictures to measure anything.
 */
export async function suitRule(
  library: Library,
  { deconvnet, layers, images, reading }: RuleQuestion,
  terminal: Terminal,
): Promise<RuleChoice | undefined> {
  const pictures: Tensor[] = [];
  try {
    if (images.length > 0) {
      const options = { ...reading, limit: PICTURES };
      for await (const { image } of library.readPictures(images, deconvnet, options)) pictures.push(image);
    }
    // A network that takes pictures of any size gets them in their own sizes, and only equal sizes can be compared.
    const alike = pictures.filter(({ shape }) => String(shape) === String(pictures[0]!.shape));
    if (alike.length < 2) {
      terminal.err.write(
        `The rule is deconvnet. Whether its projections depend on the picture was not measured, because that needs two pictures${pictures.length < 2 ? '' : ' of the same size'}.\n`,
      );
      return undefined;
    }
    const what = 'Measuring how much projections depend on the picture';
    const progress = startProgress(terminal, what, layers.length, 0, ['layer']);
    try {
      const choice = await library.chooseRule(deconvnet, alike, layers, {
        onProgress: ({ done }) => progress.update(done),
      });
      progress.update(layers.length);
      return choice;
    } finally {
      progress.stop();
    }
  } finally {
    for (const picture of pictures) picture.dispose();
  }
}

/** Says which rule was chosen, and why. */
export function tellRule({ rule, dependence }: RuleChoice, { err }: Terminal): void {
  const figures = Object.values(dependence);
  const above = countLittleDependence(figures);
  const share = `${above} of ${counted(figures.length, 'layer')}`;
  err.write(
    rule === 'guided'
      ? `The rule is guided, because under the rule deconvnet the projections of ${share} depend little on the picture: those of different pictures are nearly the same. --rule deconvnet shows them.\n`
      : `The rule is deconvnet. Under it the projections of ${share} depend little on the picture${above === 0 ? '' : '; for more than half of the layers the rule would be guided'}.\n`,
  );
}
