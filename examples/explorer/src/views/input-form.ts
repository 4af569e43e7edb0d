import type { InputFormatName } from 'deconvnet';
import type { Networks } from '../actions/networks';
import { byId, element } from '../element';
import type { NetworkView } from '../protocol';
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

/**
 * Asks how a network takes pictures if its files do not say it. The page never guesses it: what an application of Keras in
 * the network suggests is selected, and a person confirms it. What the layers and the name of a network tell can be changed.
 */
export function showInputForm(networks: Networks): View {
  const details = byId('input', HTMLDetailsElement);
  const form = byId('input-form', HTMLFormElement);
  const legend = byId('input-legend', HTMLLegendElement);
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
    // Another rule makes another view of the same network. What a person is about to choose then stays.
    if (!network || whatItSays(network) === whatItSays(before.network)) return;
    const { inputFormat, inputSuggestion } = network;
    // The form stays at hand, because a person who has chosen may have made a mistake.
    details.hidden = inputFormat?.from === 'metadata';
    details.open = inputFormat === null;
    legend.textContent = explanation(network);
    if (input === undefined) {
      form.reset();
      select(form, inputFormat?.name ?? inputSuggestion?.input);
    }
    showNumbers();
  };
}

/** What a network says of its input, to be compared. */
function whatItSays(network: NetworkView | null): string {
  if (!network) return '';
  const { name, layers, inputFormat, inputSuggestion } = network;
  return JSON.stringify([name, layers.map((layer) => layer.name), inputFormat, inputSuggestion]);
}

/** Selects a choice; none if it is undefined. */
function select(form: HTMLFormElement, choice: Choice | undefined): void {
  for (const radio of form.querySelectorAll<HTMLInputElement>('input[name=input]')) {
    radio.checked = radio.value === choice;
  }
}

/** What a person should know before choosing. */
function explanation({ inputFormat, inputSuggestion: suggestion }: NetworkView): string {
  const risk = 'A wrong choice causes no error, but the results are wrong.';
  const choose = 'Choose what the network was trained with.';
  if (inputFormat?.from === 'layers' || inputFormat?.from === 'application') {
    const teller = inputFormat.from === 'layers' ? 'first layers' : 'name and layers';
    return `The ${teller} of the network tell this. Change it only if the network was trained with something else. ${risk}`;
  }
  if (inputFormat) return `You have chosen this. ${risk} ${choose}`;
  if (!suggestion) return `The files of the network do not say this. ${risk} ${choose}`;
  return `The files of the network do not say this. It contains ${suggestion.application} of Keras, and the choice for the published weights of ${suggestion.application} is selected. Many networks that contain it were trained with numbers from 0 to 1 instead. ${risk} ${choose}`;
}
