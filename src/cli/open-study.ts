import type { Deconvnet } from 'deconvnet';
import { checkOutputs } from './check-outputs.js';
import { requireApart } from './gallery.js';
import { listImages } from './list-images.js';
import { type Library, loadLibrary } from './load-library.js';
import { modelOpener, type Needed, requireInputFormat, requirePictures } from './open-network.js';
import { readingOptions } from './picture-options.js';
import type { StudyRun } from './run-study.js';
import type { StudyChoice } from './study-options.js';
import { suitRule, tellRule } from './suit-rule.js';
import type { Terminal } from './terminal.js';

/** What the command line of a study says. */
interface StudyCommand {
  /** The name of the study: `occlusion`. */
  readonly study: string;
  readonly model: string;
  readonly images: string;
  readonly given: StudyChoice;
  readonly args: readonly string[];
  readonly terminal: Terminal;
}

/** A network that was opened for a study. */
interface Opened {
  readonly library: Library;
  readonly deconvnet: Deconvnet;
  /** Opens another model with the same options, and with the same rule. */
  readonly open: (path: string, needed?: Needed) => Promise<Deconvnet>;
}

/** A study that can run. */
interface OpenStudy extends Opened, StudyRun {
  /** The layers whose activations are projected by one rule. */
  readonly layers: readonly string[];
}

/**
 * Does what each command of a study begins with: checks where it writes, opens the network, and lists the pictures. If no
 * rule was named, the one that suits the network is chosen, and the terminal says why.
 *
 * @param projected says of which layers the study projects activations by one rule. For a study that projects none, nothing
 * is measured
 */
export async function openStudy(
  { study, model, images, given, args, terminal }: StudyCommand,
  projected: (opened: Opened) => readonly string[] | Promise<readonly string[]> = () => [],
): Promise<OpenStudy> {
  requireApart(given.out, images);
  await checkOutputs([{ flag: '--out', path: given.out, kind: 'study', study }]);
  const library = await loadLibrary(given.backend, { pictures: true, args });
  const opener = await modelOpener(library, given);
  const opening =
    (rule: StudyChoice['rule']): Opened['open'] =>
    async (path, needed) =>
      (await opener(path, needed))(rule);
  const withRule = await opener(model);
  const opened = withRule(given.rule);
  requirePictures(opened, model);
  requireInputFormat(opened, model, terminal);
  const files = await listImages(library, opened, images, given);
  const layers = await projected({ library, deconvnet: opened, open: opening(given.rule) });
  const question = { deconvnet: opened, layers, images: files, reading: readingOptions(given) };
  const isAsked = given.rule === undefined && layers.length > 0;
  const choice = isAsked ? await suitRule(library, question, terminal) : undefined;
  if (choice) tellRule(choice, terminal);
  const deconvnet = choice && choice.rule !== 'deconvnet' ? withRule(choice.rule) : opened;
  return { library, deconvnet, open: opening(choice?.rule ?? given.rule), files, layers, given, args, terminal };
}
