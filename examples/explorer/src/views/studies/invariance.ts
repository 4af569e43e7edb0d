import { plotCurves } from 'deconvnet/plots';
import type { Invariance, Transformation } from 'deconvnet/studies';
import type { Studies } from '../../actions/studies';
import { byId, element } from '../../element';
import type { InvarianceView, StudyFill } from '../../protocol-studies';
import type { View } from '../../store';
import { movedPictures } from './moved-pictures';
import { PlotFrame } from './plot-frame';
import { allow, pictureName, whyNotYet } from './subject';

const WAYS: Readonly<Record<Transformation, { readonly name: string; readonly x: string }>> = {
  translation: { name: 'Shifted', x: 'shift downwards (pixels)' },
  scale: { name: 'Enlarged', x: 'enlarged (times)' },
  rotation: { name: 'Turned', x: 'turned anticlockwise (degrees)' },
};

/** The study of invariance: its settings, and its curves. */
export function showInvariance(studies: Studies): View {
  const form = byId('invariance-form', HTMLFormElement);
  const subject = byId('invariance-subject', HTMLElement);
  const fill = byId('invariance-fill', HTMLSelectElement);
  const plots = byId('invariance-plots', HTMLElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void studies.move(fill.value as StudyFill);
  });
  return (state, before) => {
    const { invariance, studying } = state;
    const why = whyNotYet(state);
    subject.textContent = why ?? `Moves ${pictureName(state)}. You choose the picture above.`;
    allow(form, why === null && studying === null);
    byId('invariance-result', HTMLElement).hidden = invariance === null;
    if (!invariance || invariance === before.invariance) return;
    byId('invariance-title', HTMLElement).textContent = invariance.moved.translation.id;
    byId('invariance-read', HTMLElement).textContent = readingOf(invariance);
    plots.replaceChildren(...(Object.keys(WAYS) as Transformation[]).map((way) => columnOf(invariance, way)));
  };
}

function readingOf({ moved: { translation } }: InvarianceView): string {
  const { fill, classes, layers } = translation;
  const silent = layers.filter(({ length }) => length === 0);
  return [
    'The upper curves are Euclidean distances between the output of a layer and its output for the picture as it is, as shares of the length of the latter: 0 means that nothing changes, and 1 that the change is as large as the output itself.',
    classes
      ? `The lower curves are the probability of ${classes.labels?.[classes.index] ?? `class ${classes.index}`}, ${classes.by === 'label' ? 'the class of the picture' : 'the answer to the picture as it is'}.`
      : 'The network has no classes, so the curves of their probability are left out.',
    ...silent.map(({ layer }) => `The output of ${layer} is zero everywhere, so it has no curve.`),
    'In a layer with places, values are compared place by place: a feature that has moved along with the picture counts as changed.',
    `What comes in from outside of the picture is ${fill === 'grey' ? 'grey' : 'the mean colour of the picture'}, which the network sees, too.`,
    'This is section 4 and Figure 5 of the paper.',
  ].join(' ');
}

/** A way to move: what the picture becomes, and the curves. */
function columnOf({ picture, moved }: InvarianceView, way: Transformation): HTMLElement {
  const study = moved[way];
  const { name, x } = WAYS[way];
  const { steps, classes } = study;
  // All ways have the same axis.
  const furthest = Math.max(
    ...Object.values(moved).flatMap((one) => curvesOf(one).flatMap(({ points }) => points.map(([, y]) => y))),
  );
  const frames = [
    frameOf(`${name}: the distance of the outputs of layers for each step`, (width) =>
      plotCurves(curvesOf(study), { x, y: 'distance / length of the output', domain: [0, furthest], width }),
    ),
  ];
  if (classes) {
    const label = classes.labels?.[classes.index] ?? `class ${classes.index}`;
    const points = steps.map((step, i) => [step, classes.probability[i]!] as const);
    frames.push(
      frameOf(`${name}: the probability of ${label} for each step`, (width) =>
        plotCurves([{ name: label, points }], { x, y: 'probability', domain: [0, 1], height: 200, width }),
      ),
    );
  }
  return element(
    'section',
    {},
    element('h4', {}, name),
    movedPictures(picture, way, steps, study.fill === 'mean'),
    ...frames,
  );
}

function curvesOf({ steps, layers }: Invariance): { name: string; points: (readonly [number, number])[] }[] {
  return layers
    .filter(({ length }) => length > 0)
    .map(({ layer, distances, length }) => ({
      name: layer,
      points: steps.map((step, i) => [step, distances[i]! / length] as const),
    }));
}

function frameOf(name: string, draw: (width: number) => Promise<Element>): HTMLElement {
  const frame = element('div', { className: 'plot', role: 'img', ariaLabel: name });
  new PlotFrame(frame).show(draw);
  return frame;
}
