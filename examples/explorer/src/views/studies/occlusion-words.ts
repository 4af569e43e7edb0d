import type { OcclusionView } from '../../protocol-studies';
import { short } from '../../words';

type Classes = NonNullable<OcclusionView['classes']>;

/** What was covered, and how. */
export function titleOf({ id, layer, featureMap }: OcclusionView): string {
  return `${id}, feature map ${featureMap} of ${layer}`;
}

/** How to read the maps, and what they do not show. */
export function readingOf({ size, stride, fill, layer, classes, squares }: OcclusionView): string {
  const colour = fill === 'grey' ? 'grey' : 'in the mean colour of the picture';
  return [
    `A square of ${size} × ${size} pixels, ${colour}, was put at ${squares.length} places, in steps of ${stride === 1 ? '1 pixel' : `${stride} pixels`}.`,
    `Where map (b) is low, the covered pixels excite this feature map of ${layer}, so a structure that is seen in its projection (c) should lie there.`,
    classes
      ? 'Where map (d) is low, the answer of the network depends on the covered pixels. The two need not agree.'
      : 'The network has no classes, so the maps (d) and (e) of the paper are left out.',
    'The square itself is something that the network can see. Compare with another fill.',
    'This is section 4.2 and Figure 7 of the paper, whose letters stand in the captions.',
  ].join(' ');
}

/** The captions of the figures, by the letters of the paper. */
export function captionsOf(view: OcclusionView): Readonly<Record<'a' | 'b' | 'c' | 'd' | 'e', string>> {
  const { layer, featureMap, cleanActivity, projection, classes } = view;
  const nameOf = classNameOf(classes);
  const projected = projection?.empty
    ? '(c) The projection of the feature map’s strongest activation on this picture is zero everywhere.'
    : projection &&
      `(c) The projection of the feature map’s strongest activation on this picture, ${short(projection.activation)}, under the rule ${projection.rule}. Grey is zero; full black or white is ${short(projection.scale)}.`;
  const whose = classes?.by === 'label' ? 'the class of the picture' : 'the answer to the picture as it is';
  return {
    a: '(a) The picture. The frame is the square at the chosen cell, at first where map (b) is lowest. Point at a cell of a map, or use the arrow keys there.',
    b: `(b) The sum of the activations of feature map ${featureMap} of ${layer}, which is ${short(cleanActivity)} if nothing is covered.`,
    c: projected ?? '(c) This layer cannot be projected.',
    d: classes
      ? `(d) The probability of ${nameOf(classes.index)}, ${whose}, which is ${classes.cleanProbability.toFixed(3)} if nothing is covered.`
      : '',
    e: classes
      ? `(e) The most probable class, and in brackets the number of places with it. If nothing is covered, it is ${nameOf(classes.cleanBest)}.`
      : '',
  };
}

/** The values of all maps at one place of the square. */
export function wordsOf({ squares, activity, classes }: OcclusionView, cell: number): string {
  const { top, left, bottom, right } = squares[cell]!;
  const place = `Rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1}: activity ${short(activity[cell]!)}`;
  if (!classes) return `${place}.`;
  const nameOf = classNameOf(classes);
  return `${place}, probability of ${nameOf(classes.index)} ${classes.probability[cell]!.toFixed(3)}, most probable ${nameOf(classes.best[cell]!)}.`;
}

export function classNameOf(classes: Classes | undefined): (index: number) => string {
  return (index) => classes?.labels?.[index] ?? `class ${index}`;
}

/** What the run says about itself. */
export function untouchedText({ untouched }: OcclusionView): string {
  if (Number.isNaN(untouched)) {
    return 'Every activation of the feature map sees every pixel, so none of them can be compared with the picture as it is.';
  }
  return untouched === 0
    ? 'Checked: no activation whose receptive field does not touch the square changed at any place.'
    : `Checked: an activation whose receptive field does not touch the square changed by at most ${untouched.toExponential(1)}, at all places.`;
}
