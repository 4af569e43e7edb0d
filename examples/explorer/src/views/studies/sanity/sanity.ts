import type { RuleName } from 'deconvnet';
import type { SanityCheck } from '../../../actions/studies-sanity';
import { drawPicture } from '../../../draw-picture';
import { byId } from '../../../element';
import type { SanityHead, SanityView } from '../../../protocol-sanity';
import type { State } from '../../../state';
import type { View } from '../../../store';
import { placeBox } from '../../place-box';
import { allow, numberIn, pictureName, whyNotYet } from '../subject';
import { classesPart } from './classes-part';
import { edgesPart } from './edges-part';
import { ALIKE, PARTLY } from './likeness';
import { endText, frameText } from './sanity-words';
import { switchesPart } from './switches-part';
import { WeightsPart } from './weights-part';

/** The sanity check: its settings, and its four parts, each of which is shown as soon as it is there. */
export function showSanity(check: SanityCheck): View {
  const form = byId('sanity-form', HTMLFormElement);
  const subject = byId('sanity-subject', HTMLElement);
  const rules = [...byId('sanity-rules', HTMLFieldSetElement).querySelectorAll('input')];
  const steps = byId('sanity-steps', HTMLInputElement);
  const seed = byId('sanity-seed', HTMLInputElement);
  const parts = byId('sanity-parts', HTMLElement);
  const made = byId('sanity-made', HTMLElement);
  let weights: WeightsPart | null = null;
  let state: State | null = null;
  const chosenRules = (): RuleName[] => rules.filter(({ checked }) => checked).map(({ value }) => value as RuleName);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void check.start({ rules: chosenRules(), steps: numberIn(steps) ?? 1, seed: numberIn(seed) ?? 0 });
  });
  const describe = (): void => {
    if (!state) return;
    const why = whyNot(state, chosenRules());
    const { featureMap, layer, studying } = state;
    subject.textContent =
      why ??
      `Checks the projection of feature map ${featureMap} of ${layer} on ${pictureName(state)}. You choose them above.`;
    allow(form, why === null && studying === null);
  };
  for (const box of rules) box.addEventListener('change', describe);

  const show = (view: SanityView, before: SanityView | null): void => {
    const isNew = view.head !== before?.head;
    if (isNew || !weights) {
      showHead(view.head);
      weights = new WeightsPart(view.head);
      parts.replaceChildren(weights.element);
    }
    weights.show(view.steps);
    const arrived = <Part>(part: Part | null, earlier: Part | null | undefined): part is Part =>
      part !== null && (isNew || part !== earlier);
    if (arrived(view.edges, before?.edges)) parts.append(edgesPart(view.head, view.edges));
    if (arrived(view.classes, before?.classes)) parts.append(classesPart(view.head, view.classes));
    if (arrived(view.switches, before?.switches)) parts.append(switchesPart(view.head, view.switches));
  };

  return (now, before) => {
    state = now;
    describe();
    const { sanity, studying } = now;
    byId('sanity-result', HTMLElement).hidden = sanity === null;
    if (!sanity) return;
    if (sanity !== before.sanity) show(sanity, before.sanity);
    made.textContent = endText(sanity, studying);
  };
}

/** What keeps the check from running. */
function whyNot(state: State, rules: readonly string[]): string | null {
  const why = whyNotYet(state);
  if (why !== null) return why;
  const { network, layer, featureMap } = state;
  const info = network?.layers.find(({ name }) => name === layer);
  if (!info || featureMap === null) return 'First choose a feature map.';
  if (info.blockedBy !== null) return `The layer ${layer} cannot be projected. First choose another one.`;
  return rules.length === 0 ? 'First choose a rule.' : null;
}

function showHead({ id, layer, featureMap, picture, box, position }: SanityHead): void {
  byId('sanity-title', HTMLElement).textContent = `${id}, feature map ${featureMap} of ${layer}`;
  byId('sanity-read', HTMLElement).textContent = [
    'How alike are two projections? The rank correlation compares the order of all their values, and SSIM the structure of the two drawings. Both are 1 for equal ones. “Absolute” leaves out the signs, and keeps where a projection is strong.',
    'Such figures mislead without a comparison: even unrelated projections have something in common, since all of them are strong in the middle of what the activation sees. The control is the same activation with random switches and other random weights.',
    `The sentences below each part give the rank correlation on a scale: 0 is as alike as the control, and 1 is equal. Of the numbers with signs and without, they give the larger. From ${ALIKE} on they say alike, from ${PARTLY} on partly alike, and otherwise unlike. These limits are our choice.`,
  ].join(' ');
  drawPicture(byId('sanity-canvas', HTMLCanvasElement), picture);
  const { top, left, bottom, right } = box;
  placeBox(byId('sanity-box', HTMLElement), picture, { start: [top, left], size: [bottom - top, right - left] });
  byId('sanity-picture', HTMLElement).textContent = frameText(position);
}
