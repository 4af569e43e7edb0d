import { fromEvent } from 'file-selector';
import type { Checkpoints } from '../actions/checkpoints';
import type { Collection } from '../actions/collection';
import { byId } from '../element';
import type { NamedFile } from '../protocol';

/**
 * Takes files that are dropped anywhere on the page, pasted, or chosen in a dialog; folders with all that is in them. What is
 * dropped on the study of the evolution is a checkpoint of the open network.
 */
export function acceptFiles(collection: Collection, checkpoints: Checkpoints): void {
  const curtain = byId('drop', HTMLElement);
  const part = byId('evolution', HTMLElement);
  const filesOf = async (event: Event): Promise<NamedFile[]> => {
    const files = await fromEvent(event);
    return files.flatMap((file) => (file instanceof File ? [named(file)] : []));
  };

  let depth = 0;
  let isOverPart = false;
  const lift = (by: number): void => {
    depth = Math.max(0, depth + by);
    aim(isOverPart);
  };
  const aim = (isOver: boolean): void => {
    isOverPart = isOver;
    curtain.hidden = depth === 0 || isOver;
    part.classList.toggle('dropping', depth > 0 && isOver);
  };
  const isOver = ({ target }: Event): boolean => target instanceof Node && part.contains(target);
  const carriesFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
  window.addEventListener('dragenter', (event) => carriesFiles(event) && lift(1));
  window.addEventListener('dragleave', (event) => carriesFiles(event) && lift(-1));
  window.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    aim(isOver(event));
  });
  window.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    lift(-depth);
    const taker = isOver(event) ? checkpoints : collection;
    void filesOf(event).then((files) => taker.take(files));
  });

  window.addEventListener('paste', ({ clipboardData }) => {
    const files = [...(clipboardData?.files ?? [])];
    if (files.length > 0) void collection.take(files.map(named));
  });

  for (const [button, input, taker] of [
    ['open-model', 'model-files', collection],
    ['add-pictures', 'picture-files', collection],
    ['add-checkpoints', 'checkpoint-files', checkpoints],
  ] as const) {
    const field = byId(input, HTMLInputElement);
    byId(button, HTMLButtonElement).addEventListener('click', () => field.click());
    field.addEventListener('change', (event) => {
      void filesOf(event)
        .then((files) => taker.take(files))
        .then(() => {
          // So that the same files can be chosen again.
          field.value = '';
        });
    });
  }
}

/** The path that a folder gave a file is not part of what a worker is sent: it is kept beside it. */
function named(file: File & { readonly path?: string }): NamedFile {
  return { path: (file.path ?? file.name).replace(/^\.?\//, ''), blob: file };
}
