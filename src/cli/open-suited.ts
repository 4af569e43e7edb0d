import type { Deconvnet } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { listImages } from './list-images.js';
import type { Library } from './load-library.js';
import { openModel, requireInputFormat, requirePictures } from './open-network.js';
import { readingOptions } from './picture-options.js';
import type { StudyChoice } from './study-options.js';
import { suitRule, tellRule } from './suit-rule.js';
import type { Terminal } from './terminal.js';

/** What is opened, and where it is told. */
interface Opening {
  readonly model: string;
  readonly images: string;
  readonly given: StudyChoice;
  /** The layers that will be looked at. */
  readonly layersOf: (deconvnet: Deconvnet) => readonly string[];
  readonly terminal: Terminal;
}

/**
 * Opens a network that takes pictures, and lists the pictures. If no rule was named, the one that suits the network is
 * chosen, and the terminal says why.
 */
export async function openSuited(
  library: Library,
  { model, images, given, layersOf, terminal }: Opening,
): Promise<{
  readonly deconvnet: Deconvnet;
  readonly files: readonly PictureFile[];
  readonly layers: readonly string[];
}> {
  const withRule = await openModel(library, model, given);
  const opened = withRule(given.rule);
  requirePictures(opened, model);
  requireInputFormat(opened, model, terminal);
  const files = await listImages(library, opened, images, given);
  const layers = layersOf(opened);
  const question = { deconvnet: opened, layers, images: files, reading: readingOptions(given) };
  const choice = given.rule === undefined ? await suitRule(library, question, terminal) : undefined;
  if (choice) tellRule(choice, terminal);
  return { deconvnet: choice && choice.rule !== 'deconvnet' ? withRule(choice.rule) : opened, files, layers };
}
