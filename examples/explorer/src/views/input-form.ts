import type { InputFormatName } from 'deconvnet';
import type { Networks } from '../actions/networks';
import { byId, element } from '../element';
import type { View } from '../store';
import { inputNumbers } from './input-numbers';

type Choice = InputFormatName | 'custom';

const CHOICES: readonly (readonly [Choice, string, string])[] = [
  ['unit', 'From 0 to 1', 'Pixels are divided by 255. Most small networks take this.'],
  ['tf', 'From −1 to 1', 'MobileNet, Inception and Xception of Keras take this.'],
  ['torch', 'ImageNet’s mean and deviation', 'Networks that come from PyTorch take this, and DenseNet of Keras.'],
  ['caffe', 'Blue first, minus ImageNet’s mean', 'VGG and ResNet of Keras take this.'],
  ['raw', 'From 0 to 255', 'Networks that rescale pixels themselves take this, such as EfficientNet.'],
  ['custom', 'Other numbers', 'Enter the mean and the deviation of your own data set.'],
];

/** Asks how a network takes pictures if its files do not say it. The page never guesses it. */
export function showInputForm(networks: Networks): View {
  const details = byId('input', HTMLDetailsElement);
  const form = byId('input-form', HTMLFormElement);
  byId('input-choices', HTMLElement).append(
    ...CHOICES.map(([value, name, hint]) => {
      const radio = element('input', { type: 'radio', name: 'input', value, required: true });
      return element('label', {}, radio, element('span', {}, element('b', {}, name), ` ${hint}`));
    }),
  );
  const numbers = inputNumbers();
  byId('input-choices', HTMLElement).append(numbers.fields);
  const chosen = (): Choice | null => new FormData(form).get('input') as Choice | null;
  const showNumbers = (): void => {
    numbers.fields.hidden = chosen() !== 'custom';
  };
  form.addEventListener('change', showNumbers);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const choice = chosen();
    if (choice) void networks.chooseInput(choice === 'custom' ? numbers.read() : choice);
  });
  return ({ network, input }, before) => {
    // The form stays at hand, because a person who has chosen may have made a mistake.
    const isAsked = network !== null && (network.inputFormat === null || input !== undefined);
    details.hidden = !isAsked;
    if (network?.inputFormat === before.network?.inputFormat && network?.layers === before.network?.layers) return;
    details.open = isAsked && input === undefined;
    if (details.open) form.reset();
    showNumbers();
  };
}
