import type { NamedFile } from './protocol';

/** Files by what they are for. */
export interface SortedFiles {
  /** model.json, its weights and metadata. */
  readonly model: readonly NamedFile[];
  readonly pictures: readonly NamedFile[];
  readonly zips: readonly NamedFile[];
  /** Models of other programs. */
  readonly foreign: readonly NamedFile[];
  /** Everything else. */
  readonly other: readonly NamedFile[];
}

const KINDS = [
  ['model', /\.(json|bin)$|(^|\/)group\d+-shard\d+of\d+$/i],
  ['pictures', /\.(png|jpe?g|gif|webp|avif|bmp)$/i],
  ['zips', /\.zip$/i],
  ['foreign', /\.(h5|hdf5|keras|pb|pth?|onnx|tflite|safetensors|pkl)$/i],
] as const;

/** Sorts files by their names; a picture may have any name if its type says that it is one. */
export function sortFiles(files: readonly NamedFile[]): SortedFiles {
  const sorted: Record<keyof SortedFiles, NamedFile[]> = { model: [], pictures: [], zips: [], foreign: [], other: [] };
  for (const file of files) {
    const kind = KINDS.find(([, ending]) => ending.test(file.path))?.[0];
    sorted[kind ?? (file.blob.type.startsWith('image/') ? 'pictures' : 'other')].push(file);
  }
  return sorted;
}
