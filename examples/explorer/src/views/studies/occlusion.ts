import { plotClassMap, plotValueMap } from 'deconvnet/plots';
import type { Studies } from '../../actions/studies';
import { drawPicture } from '../../draw-picture';
import { byId } from '../../element';
import type { OcclusionView, StudyFill } from '../../protocol-studies';
import type { View } from '../../store';
import { placeBox } from '../place-box';
import { MapProbe } from './map-probe';
import { captionsOf, classNameOf, readingOf, titleOf, untouchedText, wordsOf } from './occlusion-words';
import { allow, numberIn, pictureName, whyNotYet } from './subject';

/** The study of occlusion: its settings, and its maps, which show the square that each of their cells stands for. */
export function showOcclusion(studies: Studies): View {
  const form = byId('occlusion-form', HTMLFormElement);
  const subject = byId('occlusion-subject', HTMLElement);
  const size = byId('occlusion-size', HTMLInputElement);
  const stride = byId('occlusion-stride', HTMLInputElement);
  const fill = byId('occlusion-fill', HTMLSelectElement);
  const square = byId('square', HTMLElement);
  const facts = byId('square-facts', HTMLOutputElement);
  let shown: OcclusionView | null = null;
  const look = (cell: number): void => {
    if (!shown) return;
    const { top, left, bottom, right } = shown.squares[cell]!;
    placeBox(square, shown.picture, { start: [top, left], size: [bottom - top, right - left] });
    const words = wordsOf(shown, cell);
    facts.textContent = words;
    for (const map of maps) map.mark(cell, words);
  };
  const mapOf = (id: string): MapProbe => new MapProbe(byId(id, HTMLElement), look);
  const activity = mapOf('activity-map');
  const probability = mapOf('probability-map');
  const classes = mapOf('class-map');
  const maps = [activity, probability, classes];
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [side, step] = [numberIn(size), numberIn(stride)];
    void studies.cover({
      fill: fill.value as StudyFill,
      ...(side !== undefined && { size: side }),
      ...(step !== undefined && { stride: step }),
    });
  });

  const show = (view: OcclusionView): void => {
    const grid = { rows: view.rows, columns: view.columns };
    const map = { height: view.rows, width: view.columns };
    shown = view;
    byId('occlusion-title', HTMLElement).textContent = titleOf(view);
    byId('occlusion-read', HTMLElement).textContent = readingOf(view);
    byId('occlusion-check', HTMLElement).textContent = untouchedText(view);
    drawPicture(byId('covered-canvas', HTMLCanvasElement), view.picture);
    const captions = captionsOf(view);
    byId('covered-caption', HTMLElement).textContent = captions.a;
    byId('activity-caption', HTMLElement).textContent = captions.b;
    byId('covered-projection-caption', HTMLElement).textContent = captions.c;
    byId('probability-caption', HTMLElement).textContent = captions.d;
    byId('class-caption', HTMLElement).textContent = captions.e;
    const projection = byId('covered-projection', HTMLCanvasElement);
    projection.parentElement!.hidden = view.projection === null;
    if (view.projection) drawPicture(projection, view.projection.drawn);
    projection.ariaLabel = captions.c;
    const domain = [Math.min(0, ...view.activity), Math.max(view.cleanActivity, ...view.activity)] as const;
    activity.show((width) => plotValueMap({ ...map, values: view.activity }, { label: 'activity', domain, width }), {
      ...grid,
      name: 'Map (b): the activity for each place of the square',
    });
    const found = view.classes;
    for (const id of ['probability-map', 'class-map']) byId(id, HTMLElement).closest('figure')!.hidden = !found;
    if (found) {
      probability.show(
        (width) => plotValueMap({ ...map, values: found.probability }, { label: 'probability', domain: [0, 1], width }),
        { ...grid, name: 'Map (d): the probability for each place of the square' },
      );
      classes.show((width) => plotClassMap({ ...map, classes: found.best }, { nameOf: classNameOf(found), width }), {
        ...grid,
        name: 'Map (e): the most probable class for each place of the square',
      });
    }
    look(view.activity.indexOf(Math.min(...view.activity)));
  };

  return (state, before) => {
    const { layer, featureMap, occlusion, studying, network } = state;
    const why = whyNotYet(state);
    const chosen = layer !== null && featureMap !== null;
    subject.textContent =
      why ??
      (chosen
        ? `Covers ${pictureName(state)}, and watches feature map ${featureMap} of ${layer}. You choose both above.`
        : 'First choose a feature map.');
    allow(form, why === null && chosen && studying === null);
    if (network !== before.network && network?.inputSize) {
      const { width, height } = network.inputSize;
      size.max = stride.max = String(Math.min(width, height));
    }
    byId('occlusion-result', HTMLElement).hidden = occlusion === null;
    if (occlusion && occlusion !== before.occlusion) show(occlusion);
  };
}
