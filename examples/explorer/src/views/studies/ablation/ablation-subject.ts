import { picturesOf } from '../../../labelled';
import type { NetworkView } from '../../../protocol';
import type { State } from '../../../state';
import { counted } from '../../../words';

/** What can be counted: pictures and their classes, or what is missing. */
export interface AblationSubject {
  /** The names that a person has given; null if the network has its own. */
  readonly labels: readonly string[] | null;
  /** How many pictures have a class of the network. */
  readonly known: number;
  readonly text: string;
  readonly canRun: boolean;
}

/** Whether the network does not say what its classes are called. */
export function needsNames({ classes, labels }: NetworkView): boolean {
  return classes > 0 && labels.length !== classes;
}

/** What the study would count, and what keeps it from running. */
export function subjectOf({ network, isLive, pictures, layer }: State, given: string): AblationSubject {
  const why = (text: string, labels: readonly string[] | null = null): AblationSubject => ({
    ...{ labels, known: 0, text, canRun: false },
  });
  if (!network?.inputFormat) return why('First say how this network takes pictures.');
  if (isLive) return why('First stop the camera.');
  if (network.classes === 0) {
    return why(
      'This network has no output with one score for each class, so there are no right answers to count. Open a network that tells classes apart.',
    );
  }
  if (layer === null) return why('First choose a layer.');
  const entered = given
    .split('\n')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isUnnamed = needsNames(network);
  if (isUnnamed && entered.length !== network.classes) {
    const so = entered.length === 0 ? '' : ` You have entered ${entered.length}.`;
    const missing = `This network does not say the names of its ${network.classes} classes.`;
    return why(`${missing} Enter them below, one on each line.${so}`);
  }
  const labels = isUnnamed ? entered : null;
  const names = labels ?? network.labels;
  const known = picturesOf(pictures, names);
  if (known.length === 0) {
    const shown = names.slice(0, 5).map((name) => `‘${name}’`);
    const more = names.length > shown.length ? ', …' : '';
    return why(
      `None of the pictures has a class of this network. Drop two or more folders of pictures on this page, together or one after the other, each named like one of the classes: ${shown.join(', ')}${more}.`,
      labels,
    );
  }
  const classes = new Set(known.map(({ label }) => label)).size;
  const others = pictures.length - known.length;
  const left =
    others === 0
      ? ''
      : ` ${counted(others, 'picture')} without a class of the network ${others === 1 ? 'is' : 'are'} left out.`;
  const text = `Counts right answers. The page has ${counted(known.length, 'picture')} of ${counted(classes, 'class', 'classes')}.${left}`;
  return { labels, known: known.length, text, canRun: true };
}
