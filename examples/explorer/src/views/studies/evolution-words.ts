import type { EvolutionState } from '../../evolution-state';
import type { FrameView } from '../../protocol-evolution';
import type { State } from '../../state';
import { counted, short } from '../../words';

/** What is missing before feature maps can be followed; null if nothing is. */
export function whyNotFollow(state: State): string | null {
  const { network, pictures, checkpoints, isLive, isShippedNetwork, areCheckpointsRead } = state;
  if (!network?.inputFormat) return 'First say how this network takes pictures.';
  if (isLive) return 'First stop the camera.';
  if (pictures.length === 0) return 'There are no pictures to search. Add some above, in the part “Picture”.';
  if (areCheckpointsRead) return 'The checkpoints are being read.';
  if (checkpoints.length > 0) return null;
  const shipped = isShippedNetwork ? ', or take the shipped ones' : '';
  return `There is only one checkpoint, the open network. Add models of it from earlier in its training${shipped}.`;
}

/** How the frames are to be read, and what they do not show. */
export function readingOf({ pictures }: EvolutionState): string {
  return [
    `Each row follows one feature map, and each column is a checkpoint: there its strongest activation over ${counted(pictures, 'picture')} was found anew, and projected. The patches are the parts of the pictures that the projections come from.`,
    'A coloured bar at the left of a tile marks another picture than at the checkpoint before.',
    'Every projection has its own scale, on which grey is zero. The number below it tells how strong the activation is, and the contrast does not.',
    'What is empty in a tile lies outside of the picture, or is not seen by the activation.',
    'Another picture need not mean that the feature map looks for something else: two pictures may excite it almost equally, and pictures that are not here may excite it more.',
    'This is section 4 and Figure 4 of the paper.',
  ].join(' ');
}

/** How the study was made. */
export function madeOf({ drawn, steps, pictures }: EvolutionState): string {
  const { rule, skipped } = steps[0]!;
  return [
    `The rule is ${rule}.`,
    drawn
      ? `The feature maps were drawn at random with the seed ${drawn.seed}, ${drawn.maps} of each layer or as many as it has.`
      : 'A person chose the feature map.',
    ...(skipped > 0 ? [`${skipped} of ${counted(pictures, 'picture')} could not be read.`] : []),
  ].join(' ');
}

/** The checkpoints, and how far the study came. */
export function titleOf({ names, steps }: EvolutionState, isRunning: boolean): string {
  const all = `From ${names[0]} to ${names.at(-1)}`;
  if (steps.length === names.length) return all;
  const why = isRunning ? 'so far' : 'because the study ended early';
  return `${all}: ${steps.length} of ${counted(names.length, 'checkpoint')} ${why}`;
}

/** The size of the patches of a layer, and how often the picture changed, as far as the study has come. */
export function factsOf(frames: readonly FrameView[]): string {
  const found = frames.flatMap((frame) => frame.found ?? []);
  const [first] = found;
  if (!first) return 'None of these feature maps has fired on any picture.';
  const [height, width] = first.field.size as [number, number];
  const isWhole = height === first.picture.height && width === first.picture.width;
  const jumps = found.filter(({ jumped }) => jumped).length;
  return [
    isWhole
      ? 'What an activation sees is as large as the whole picture.'
      : `An activation sees ${height} × ${width} pixels.`,
    jumps === 0 ? 'The picture never changed.' : `The picture changed ${jumps === 1 ? 'once' : `${jumps} times`}.`,
  ].join(' ');
}

/** What a frame shows, for those who do not see it. */
export function frameWords({ layer, featureMap, found }: FrameView, checkpoint: string): string {
  const what = `feature map ${featureMap} of ${layer} at ${checkpoint}`;
  if (!found) return `${what}: it fires on no picture`;
  const { id, label, activation, empty, jumped } = found;
  return [
    `${what}: ${id}${label !== null && !id.startsWith(`${label}/`) ? ` (${label})` : ''}, activation ${short(activation)}`,
    ...(empty ? ['the projection is zero everywhere'] : []),
    ...(jumped ? ['another picture than before'] : []),
  ].join(', ');
}
