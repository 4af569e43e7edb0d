import type { InputFormat } from 'deconvnet';
import { element } from '../element';

/** Fields for an input format in numbers. */
export interface InputNumbers {
  readonly fields: HTMLElement;
  read(): InputFormat;
}

/** What a pixel is divided by, what is subtracted then, and so on; one number for all channels, or one for each. */
export function inputNumbers(): InputNumbers {
  const divisor = field('255');
  const mean = field('0');
  const std = field('1');
  const channels = element('select', {}, new Option('red first', 'rgb'), new Option('blue first', 'bgr'));
  const fit = element(
    'select',
    {},
    new Option('are cut to their middle', 'crop'),
    new Option('are stretched', 'stretch'),
  );
  const fields = element(
    'div',
    { className: 'numbers' },
    element('label', {}, 'Divide pixels by', divisor),
    element('label', {}, 'then subtract', mean),
    element('label', {}, 'then divide by', std),
    element('label', {}, 'Order of the colours', channels),
    element('label', {}, 'Pictures of another shape', fit),
  );
  return {
    fields,
    read: () => ({
      scale: 1 / Number(divisor.value),
      mean: numbersOf(mean),
      std: numbersOf(std),
      channels: channels.value as 'rgb' | 'bgr',
      fit: fit.value as 'crop' | 'stretch',
    }),
  };
}

function field(value: string): HTMLInputElement {
  const input = element('input', { type: 'text', inputMode: 'decimal', required: true, defaultValue: value });
  input.title = 'One number, or one for each channel: 0.49, 0.48, 0.45';
  return input;
}

function numbersOf({ value }: HTMLInputElement): number | number[] {
  const numbers = value
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map(Number);
  return numbers.length === 1 ? numbers[0]! : numbers;
}
