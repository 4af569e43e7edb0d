import type { Box } from 'deconvnet/studies';
import { counted } from '../words';
import type { App } from './app';

type Parts = Readonly<Record<string, Box>>;

/** Marking parts of pictures with boxes, in pixels of the picture files. */
export class Marking {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Takes the chosen picture among those whose parts are marked. */
  addPicture(): void {
    const { pictureId, boxes } = this.#app.state;
    if (pictureId !== null && !boxes[pictureId]) this.#set(pictureId, {});
  }

  removePicture(id: string): void {
    const { [id]: _, ...boxes } = this.#app.state.boxes;
    this.#app.set({ boxes });
  }

  /** Sets the box of a part; there is one for each part of a picture. */
  setBox(id: string, part: string, box: Box): void {
    this.#set(id, { ...this.#app.state.boxes[id], [part]: box });
  }

  removeBox(id: string, part: string): void {
    const { [part]: _, ...parts } = this.#app.state.boxes[id] ?? {};
    this.#set(id, parts);
  }

  /** Gives a part of one picture another name, unless that is taken. */
  rename(id: string, from: string, to: string): void {
    const parts = this.#app.state.boxes[id] ?? {};
    if (from === to || to === '') return;
    if (Object.hasOwn(parts, to)) {
      this.#app.set({ alert: `‘${id}’ has a part ‘${to}’ already. There is one box for each part of a picture.` });
      return;
    }
    this.#set(id, Object.fromEntries(Object.entries(parts).map(([name, box]) => [name === from ? to : name, box])));
  }

  /** Reads a file of boxes. It replaces the boxes of its pictures. */
  load(file: Blob): Promise<void> {
    return this.#app.attempt(async () => {
      const text = await file.text();
      const read = await this.#app.ask((explorer) => explorer.readBoxes(text));
      const found: [string, Parts][] = [];
      const missing: string[] = [];
      for (const [path, parts] of Object.entries(read)) {
        const id = this.#idOf(path);
        if (id === null) missing.push(path);
        else found.push([id, parts]);
      }
      if (found.length === 0) {
        throw new Error(
          `This file names pictures that the page does not have: ${listed(missing)}. Add the pictures first.`,
        );
      }
      this.#app.set({
        boxes: { ...this.#app.state.boxes, ...Object.fromEntries(found) },
        status: `The boxes of ${counted(found.length, 'picture')} were read.`,
        alert: missing.length > 0 ? `The page does not have ${listed(missing)}, whose boxes were left out.` : null,
      });
    });
  }

  /** The boxes as a file for `deconvnet correspondence --boxes`. */
  text(): string {
    const marked = Object.entries(this.#app.state.boxes).filter(([, parts]) => Object.keys(parts).length > 0);
    return `${JSON.stringify(Object.fromEntries(marked), null, 2)}\n`;
  }

  #set(id: string, parts: Parts): void {
    this.#app.set({ boxes: { ...this.#app.state.boxes, [id]: parts } });
  }

  /** The picture with that path. A file may name it from another folder, if only one picture can be meant. */
  #idOf(path: string): string | null {
    const ids = this.#app.state.pictures.map(({ id }) => id);
    if (ids.includes(path)) return path;
    const like = ids.filter((id) => id.endsWith(`/${path}`) || path.endsWith(`/${id}`));
    return like.length === 1 ? like[0]! : null;
  }
}

function listed(ids: readonly string[]): string {
  const names = ids.slice(0, 3).map((id) => `‘${id}’`);
  return `${names.join(', ')}${ids.length > 3 ? ` and ${counted(ids.length - 3, 'other')}` : ''}`;
}
