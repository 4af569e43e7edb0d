import type { InputFormatName } from 'deconvnet';
import type { Networks } from '../actions/networks';
import { byId, element } from '../element';
import type { View } from '../store';
import { inputNumbers } from './input-numbers';

type Choice = InputFormatName | 'custom';

const CHOICES: readonly (readonly [Choice, string, string])[] = [
  ['unit', 'From 0 to 1', 'Pixels divided by 255. What most small networks of one’s own take.'],
  ['tf', 'From −1 to 1', 'MobileNet, Inception, Xception of Keras.'],
  ['torch', 'ImageNet’s mean and deviation', 'Networks that come from PyTorch; DenseNet of Keras.'],
  ['caffe', 'Blue first, less ImageNet’s mean', 'VGG and ResNet of Keras.'],
  ['raw', 'From 0 to 255, as they are', 'Networks that rescale pixels themselves: EfficientNet, ConvNeXt.'],
  ['custom', 'Other numbers', 'Mean and deviation of a data set of one’s own.'],
];

/** Asks how a network takes pictures where its files do not say it: that is never guessed. */
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
    // It stays at hand for as long as the choice is a person's, who may have erred.
    const isAsked = network !== null && (network.inputFormat === null || input !== undefined);
    details.hidden = !isAsked;
    if (network?.inputFormat === before.network?.inputFormat && network?.layers === before.network?.layers) return;
    details.open = isAsked && input === undefined;
    if (details.open) form.reset();
    showNumbers();
  };
}
