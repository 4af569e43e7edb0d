import type { Checkpoints } from '../../actions/checkpoints';
import { element } from '../../element';

/** Where a checkpoint is in the list, and what it is made of. */
interface RowFacts {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The paths of its files. */
  readonly files: readonly string[];
}

/** A checkpoint in the list. The open network, whose key is null, stays the last one. */
export class CheckpointRow {
  readonly item: HTMLElement;
  readonly #name = element('input', { type: 'text', autocomplete: 'off', spellcheck: false });
  readonly #facts = element('span', { className: 'hint' });
  readonly #earlier = element('button', { type: 'button' }, 'Earlier');
  readonly #later = element('button', { type: 'button' }, 'Later');
  readonly #remove = element('button', { type: 'button' }, 'Remove');
  #known = '';

  constructor(key: number | null, checkpoints: Checkpoints) {
    this.#name.addEventListener('change', () => {
      const wanted = this.#name.value.trim();
      // A name that is taken or empty stays as it was.
      this.#name.value = this.#known;
      checkpoints.rename(key, wanted);
    });
    const buttons = element('span', { className: 'buttons' }, this.#earlier, this.#later, this.#remove);
    this.item = element('li', {}, this.#name, this.#facts, ...(key === null ? [] : [buttons]));
    if (key === null) return;
    this.#earlier.addEventListener('click', () => checkpoints.move(key, -1));
    this.#later.addEventListener('click', () => checkpoints.move(key, 1));
    this.#remove.addEventListener('click', () => checkpoints.remove(key));
  }

  update(name: string, { isFirst, isLast, files }: RowFacts): void {
    this.#known = name;
    if (document.activeElement !== this.#name || this.#name.value === '') this.#name.value = name;
    this.#name.ariaLabel = `Name of the checkpoint ${name}`;
    this.#facts.textContent = files[0] ?? 'the open network: the end of the training';
    this.#facts.title = files.join('\n');
    this.#earlier.disabled = isFirst;
    this.#later.disabled = isLast;
    this.#earlier.ariaLabel = `Move ${name} to an earlier place`;
    this.#later.ariaLabel = `Move ${name} to a later place`;
    this.#remove.ariaLabel = `Remove ${name}`;
  }
}
