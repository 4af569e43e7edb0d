import type { Box } from 'deconvnet/studies';
import { element } from '../../element';
import type { Size } from './draw-box';

const SIDES = ['left', 'top', 'right', 'bottom'] as const;

/** What a person does to a box in its fields. */
export interface BoxActions {
  readonly onChange: (box: Box) => void;
  readonly onRename: (name: string) => void;
  readonly onRemove: () => void;
}

/** The fields of one box: the name of the part, and the four sides in pixels of the picture file. */
export class BoxFields {
  readonly row: HTMLElement;
  readonly #sides: readonly HTMLInputElement[];
  #box: Box;

  constructor(part: string, box: Box, { onChange, onRename, onRemove }: BoxActions) {
    this.#box = box;
    const name = element('input', { type: 'text', defaultValue: part, ariaLabel: `Name of the part ${part}` });
    name.autocomplete = 'off';
    name.addEventListener('change', () => {
      const renamed = name.value.trim();
      // A name that is taken or empty stays as it was.
      name.value = part;
      // The fields are made anew then. The Tab key first moves to the next one, whose place keeps the focus.
      setTimeout(() => onRename(renamed));
    });
    this.#sides = SIDES.map(() => element('input', { type: 'number', min: '0', step: 'any', required: true }));
    for (const input of this.#sides) {
      input.addEventListener('change', () => {
        const read = this.#read();
        if (read) onChange(read);
      });
    }
    const remove = element('button', { type: 'button', ariaLabel: `Remove the box ${part}` }, 'Remove');
    remove.addEventListener('click', onRemove);
    const labels = SIDES.map((side, i) => element('label', {}, side, this.#sides[i]!));
    const line = element('div', { className: 'row' }, name, remove);
    this.row = element('li', {}, line, element('div', { className: 'sides' }, ...labels));
    this.row.dataset.part = part;
  }

  update(box: Box, size: Size | null): void {
    this.#box = box;
    for (const [i, side] of SIDES.entries()) {
      const input = this.#sides[i]!;
      if (size) input.max = String(i % 2 === 0 ? size.width : size.height);
      if (document.activeElement !== input || input.checkValidity()) input.value = String(box[side]);
    }
  }

  /** The box in the fields; null, with a word to the person, if it is none. */
  #read(): Box | null {
    const [left, top, right, bottom] = this.#sides.map(({ valueAsNumber }) => valueAsNumber) as [
      number,
      number,
      number,
      number,
    ];
    const isTurned = left >= right || top >= bottom;
    const words = isTurned ? 'Left must be less than right, and top less than bottom.' : '';
    for (const input of this.#sides) input.setCustomValidity(words);
    const wrong = this.#sides.find((input) => !input.validity.valid);
    if (!wrong) return { left, top, right, bottom };
    (this.#sides.find((input) => input === document.activeElement) ?? wrong).reportValidity();
    for (const [i, input] of this.#sides.entries()) {
      input.setCustomValidity('');
      if (input !== document.activeElement) input.value = String(this.#box[SIDES[i]!]);
    }
    return null;
  }
}
