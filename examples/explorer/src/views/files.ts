import { fromEvent } from 'file-selector';
import type { Collection } from '../actions/collection';
import { byId } from '../element';
import type { NamedFile } from '../protocol';

/** Takes files that are dropped anywhere on the page, pasted, or chosen in a dialog; folders with all that is in them. */
export function acceptFiles(collection: Collection): void {
  const curtain = byId('drop', HTMLElement);
  const take = async (event: Event): Promise<void> => {
    const files = await fromEvent(event);
    await collection.take(files.flatMap((file) => (file instanceof File ? [named(file)] : [])));
  };

  let depth = 0;
  const lift = (by: number): void => {
    depth = Math.max(0, depth + by);
    curtain.hidden = depth === 0;
  };
  const carriesFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
  window.addEventListener('dragenter', (event) => carriesFiles(event) && lift(1));
  window.addEventListener('dragleave', (event) => carriesFiles(event) && lift(-1));
  window.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
  window.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    lift(-depth);
    void take(event);
  });

  window.addEventListener('paste', ({ clipboardData }) => {
    const files = [...(clipboardData?.files ?? [])];
    if (files.length > 0) void collection.take(files.map(named));
  });

  for (const [button, input] of [
    ['open-model', 'model-files'],
    ['add-pictures', 'picture-files'],
  ] as const) {
    const field = byId(input, HTMLInputElement);
    byId(button, HTMLButtonElement).addEventListener('click', () => field.click());
    field.addEventListener('change', (event) => {
      void take(event).then(() => {
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
