import type { Region } from 'deconvnet';
import { drawPicture } from '../../draw-picture';
import { element } from '../../element';
import type { FoundFrame, FrameView } from '../../protocol-evolution';
import { short } from '../../words';
import { frameWords } from './evolution-words';

/** What a tile shows of a frame. */
const NAMES = { projection: 'Projection', patch: 'Patch' } as const;

/** A feature map at one checkpoint: its projection, or the patch that this comes from. It is empty until it is found. */
export class FrameTile {
  readonly figure: HTMLElement;
  readonly #what: keyof typeof NAMES;
  readonly #clip = element('div', { className: 'clip' });
  // A caption that comes later must not move what is below it.
  readonly #caption = element('figcaption', {}, '\u00a0');
  #shown: FrameView | null = null;

  constructor(what: keyof typeof NAMES) {
    this.#what = what;
    this.figure = element('figure', { className: 'tile' }, this.#clip, this.#caption);
  }

  /** @param window the part of the picture to show; it may be a part of what is drawn, or stick out of that */
  show(frame: FrameView, checkpoint: string, window: Region | null): void {
    if (frame !== this.#shown) this.#draw(frame, checkpoint);
    if (frame.found && window) this.#place(frame.found.field, window);
  }

  #draw(frame: FrameView, checkpoint: string): void {
    const { found } = frame;
    this.#shown = frame;
    const words = `${NAMES[this.#what]}: ${frameWords(frame, checkpoint)}`;
    this.figure.title = words;
    this.figure.classList.toggle('jumped', found?.jumped ?? false);
    this.#clip.classList.toggle('silent', found === null);
    this.#caption.textContent = found ? captionOf(found, this.#what) : 'silent';
    if (!found) {
      this.#clip.role = 'img';
      this.#clip.ariaLabel = words;
      return;
    }
    const canvas = element('canvas', { className: 'crisp', role: 'img', ariaLabel: words });
    drawPicture(canvas, found[this.#what]);
    this.#clip.replaceChildren(canvas);
  }

  #place(field: Region, window: Region): void {
    const canvas = this.#clip.firstElementChild as HTMLElement;
    const [height, width] = window.size as [number, number];
    const side = Math.max(height, width);
    const share = (part: number, whole: number): string => `${Number(((100 * part) / whole).toFixed(3))}%`;
    this.#clip.style.setProperty('--across', String(width / side));
    this.#clip.style.setProperty('--down', String(height / side));
    Object.assign(canvas.style, {
      top: share(field.start[0]! - window.start[0]!, height),
      left: share(field.start[1]! - window.start[1]!, width),
      width: share(field.size[1]!, width),
      height: share(field.size[0]!, height),
    });
  }
}

function captionOf({ activation, label, id }: FoundFrame, what: keyof typeof NAMES): string {
  if (what === 'projection') return short(activation);
  return label ?? id.slice(id.lastIndexOf('/') + 1);
}
