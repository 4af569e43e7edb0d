import type { PictureBoxes } from 'deconvnet/studies';
import { inTurns } from '../in-turns';
import { folderOf, withClasses } from '../labelled';
import type { NamedFile } from '../protocol';
import { sortFiles } from '../sort-files';
import { counted } from '../words';
import type { App } from './app';
import type { Exploring } from './exploring';
import type { Networks } from './networks';

const SHIPPED = 'shipped/pictures.zip';

/** Files that a person brings: pictures go to the collection, a model is opened. */
export class Collection {
  readonly #app: App;
  readonly #exploring: Exploring;
  readonly #networks: Networks;

  constructor(app: App, exploring: Exploring, networks: Networks) {
    this.#app = app;
    this.#exploring = exploring;
    this.#networks = networks;
  }

  openShipped(): Promise<void> {
    return this.#app.attempt(async () => {
      const response = await fetch(SHIPPED);
      if (!response.ok)
        throw new Error(`The shipped pictures are missing: the server answers ${response.status} for ${response.url}.`);
      const zip = { path: SHIPPED, blob: await response.blob() };
      await this.#show(await this.#app.ask((explorer) => explorer.unpack(zip)), true);
    });
  }

  /** Takes files of any kind; zip files are unpacked and looked into. */
  take(files: readonly NamedFile[]): Promise<void> {
    this.#app.set({ alert: null });
    return this.#app.attempt(async () => {
      const { zips } = await sortFiles(files);
      if (zips.length > 0) this.#app.set({ status: 'The zip file is being unpacked.' });
      const inside = await Promise.all(zips.map((zip) => this.#app.ask((explorer) => explorer.unpack(zip))));
      const all = [...files.filter((file) => !zips.includes(file)), ...inside.flat()];
      const { model, pictures, foreign } = await sortFiles(all);
      if (model.length > 0) await this.#networks.open({ files: model });
      if (pictures.length > 0) await this.#show(pictures, false);
      if (model.length === 0 && pictures.length === 0) throw refusal(all, foreign);
    });
  }

  async #show(files: readonly NamedFile[], areShippedPictures: boolean): Promise<void> {
    const { pictures: before, areShippedPictures: wereShipped } = this.#app.state;
    const kept = areShippedPictures || wereShipped ? [] : before;
    const added = inTurns(withOwnNames(files, kept), ({ path }) => folderOf(path));
    const pictures = withClasses([...kept, ...added.map(({ path, blob }) => ({ id: path, blob }))]);
    const { network } = this.#app.state;
    const isAsked = network !== null && network.inputFormat === null;
    this.#app.set({
      pictures,
      areShippedPictures,
      pictureId: added[0]?.path ?? pictures[0]?.id ?? null,
      // The patches that were found are patches of other pictures.
      mining: null,
      isMining: false,
      top: null,
      boxes: boxesOf(pictures, this.#app.state.boxes),
      status: `The page has ${counted(pictures.length, 'picture')} now.${isAsked ? ' Please say how this network takes pictures.' : ''}`,
    });
    await this.#app.ask((explorer) => explorer.stopMining());
    await this.#exploring.refreshPicture();
  }
}

/** A picture goes by its name: one that comes under a name that is taken gets a number, so that none is lost. */
function withOwnNames(files: readonly NamedFile[], taken: readonly { readonly id: string }[]): NamedFile[] {
  const names = new Set(taken.map(({ id }) => id));
  return files.map((file) => {
    let path = file.path;
    for (let number = 2; names.has(path); number++) path = file.path.replace(/(\.[^./]*)?$/, ` (${number})$1`);
    names.add(path);
    return { ...file, path };
  });
}

/** The boxes of pictures that are still there. */
function boxesOf(pictures: readonly { readonly id: string }[], boxes: PictureBoxes): PictureBoxes {
  const ids = new Set(pictures.map(({ id }) => id));
  return Object.fromEntries(Object.entries(boxes).filter(([id]) => ids.has(id)));
}

function refusal(files: readonly NamedFile[], foreign: readonly NamedFile[]): Error {
  const [first] = foreign;
  if (first) {
    return new Error(
      `‘${first.path}’ is a model of another program. This page reads models of Keras (.keras, .h5), and layers models of TensorFlow.js (model.json with its weights). If the network was made with Keras, save it there again: model.save('model.keras').`,
    );
  }
  if (files.length === 0) return new Error('There are no files in it.');
  const names = files.slice(0, 3).map(({ path }) => `‘${path}’`);
  return new Error(
    `The page found neither a model (.keras, .h5, or model.json with its weights) nor a picture in ${names.join(', ')}${files.length > 3 ? ' and other files' : ''}.`,
  );
}
