import type { Box } from 'deconvnet/studies';
import type { Marking } from '../../actions/marking';
import { element } from '../../element';
import type { CollectionPicture } from '../../protocol';
import { BoxFields } from './box-fields';
import { drawBoxes, type Size } from './draw-box';

type Parts = Readonly<Record<string, Box>>;

/** A picture whose parts are marked, with its boxes over it, and fields for each of them. */
export class MarkedCard {
  readonly card: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #frame: HTMLElement;
  readonly #list = element('ol', { className: 'boxes' });
  readonly #drawn = element('div', { className: 'outline', hidden: true });
  readonly #add = element('button', { type: 'button' }, 'Add a box');
  readonly #marking: Marking;
  readonly #id: string;
  #parts: Parts = {};
  #fields = new Map<string, BoxFields>();
  #outlines = new Map<string, HTMLElement>();

  /** @param nextPart the name of the part that is drawn next */
  constructor({ id, blob }: CollectionPicture, marking: Marking, nextPart: () => string) {
    this.#id = id;
    this.#marking = marking;
    this.#image = element('img', { alt: id, draggable: false });
    this.#image.addEventListener('load', () => this.#place());
    this.#image.src = URL.createObjectURL(blob);
    this.#frame = element('div', { className: 'frame drawable' }, this.#image, this.#drawn);
    drawBoxes(this.#frame, {
      sizeOf: () => this.#size(),
      onDraw: (box) => this.#outline(this.#drawn, box),
      onDone: (box) => marking.setBox(id, nextPart(), box),
    });
    const remove = element('button', { type: 'button', ariaLabel: `Remove ${id}` }, 'Remove');
    remove.addEventListener('click', () => marking.removePicture(id));
    this.#add.addEventListener('click', () => this.#addBox(nextPart()));
    const title = element(
      'div',
      { className: 'title' },
      element('h4', {}, id),
      element('div', { className: 'buttons' }, remove),
    );
    this.card = element('li', {}, title, this.#frame, this.#list, this.#add);
    this.card.dataset.id = id;
  }

  show(parts: Parts): void {
    const isSame = Object.keys(parts).join('\n') === [...this.#fields.keys()].join('\n');
    this.#parts = parts;
    if (!isSame) this.#rebuild();
    this.#place();
  }

  /** Sets the picture free. */
  discard(): void {
    URL.revokeObjectURL(this.#image.src);
    this.card.remove();
  }

  #rebuild(): void {
    const focused = this.#focusedField();
    for (const outline of this.#outlines.values()) outline.remove();
    this.#outlines = new Map();
    this.#fields = new Map();
    for (const [part, box] of Object.entries(this.#parts)) {
      const outline = element('div', { className: 'outline' }, element('span', {}, part));
      this.#outlines.set(part, outline);
      this.#frame.append(outline);
      const fields = new BoxFields(part, box, {
        onChange: (changed) => this.#marking.setBox(this.#id, part, changed),
        onRename: (name) => this.#marking.rename(this.#id, part, name),
        onRemove: () => this.#marking.removeBox(this.#id, part),
      });
      this.#fields.set(part, fields);
    }
    this.#list.replaceChildren(...[...this.#fields.values()].map(({ row }) => row));
    // What had the focus is gone. A field of a box that is still there takes it.
    if (focused) (this.#fieldsOf(focused.row, focused.rows)[focused.field] ?? this.#add).focus();
  }

  /** Which field has the focus, if one of them has it. */
  #focusedField(): { readonly row: number; readonly rows: number; readonly field: number } | null {
    const rows = this.#list.children.length;
    for (let row = 0; row < rows; row++) {
      const field = this.#fieldsOf(row, rows).indexOf(document.activeElement as HTMLElement);
      if (field >= 0) return { row, rows, field };
    }
    return null;
  }

  /** The fields of a box, unless there are other boxes now. */
  #fieldsOf(row: number, rows: number): HTMLElement[] {
    if (this.#list.children.length !== rows) return [];
    return [...(this.#list.children[row]?.querySelectorAll<HTMLElement>('input, button') ?? [])];
  }

  #place(): void {
    const size = this.#size();
    if (size) this.#image.classList.toggle('crisp', Math.min(size.width, size.height) <= 128);
    for (const [part, box] of Object.entries(this.#parts)) {
      this.#fields.get(part)?.update(box, size);
      this.#outline(this.#outlines.get(part)!, box);
    }
  }

  #outline(outline: HTMLElement, box: Box | null): void {
    const size = this.#size();
    outline.hidden = !box || !size;
    if (!box || !size) return;
    const share = (value: number, whole: number): string => `${(100 * value) / whole}%`;
    Object.assign(outline.style, {
      left: share(box.left, size.width),
      top: share(box.top, size.height),
      width: share(box.right - box.left, size.width),
      height: share(box.bottom - box.top, size.height),
    });
  }

  /** Adds a box in the middle, for who does not draw. */
  #addBox(part: string): void {
    const size = this.#size();
    if (!size) return;
    let name = part;
    for (let number = 2; Object.hasOwn(this.#parts, name); number++) name = `part ${number}`;
    const along = (length: number): [number, number] => {
      const first = Math.floor(length / 3);
      return [first, Math.max(first + 1, Math.floor((2 * length) / 3))];
    };
    const [[left, right], [top, bottom]] = [along(size.width), along(size.height)];
    this.#marking.setBox(this.#id, name, { left, top, right, bottom });
  }

  /** The size of the picture file; null until it is there. */
  #size(): Size | null {
    const { naturalWidth: width, naturalHeight: height } = this.#image;
    return width > 0 && height > 0 ? { width, height } : null;
  }
}
