import { formOf } from './file-form';
import type { NamedFile } from './protocol';

/** Files by what they are for. */
export interface SortedFiles {
  /** A file of Keras, or model.json with its weights and metadata. */
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
  ['foreign', /\.(pb|pth?|onnx|tflite|safetensors|pkl)$/i],
] as const;

const OF_FORM = { keras: 'model', zip: 'zips', other: 'other' } as const;

/** Sorts files: pictures and parts of a model.json by their names or types, files of Keras and zip files by their bytes. */
export async function sortFiles(files: readonly NamedFile[]): Promise<SortedFiles> {
  const sorted: Record<keyof SortedFiles, NamedFile[]> = { model: [], pictures: [], zips: [], foreign: [], other: [] };
  const kinds = await Promise.all(files.map(kindOf));
  for (const [i, file] of files.entries()) sorted[kinds[i]!].push(file);
  return sorted;
}

async function kindOf(file: NamedFile): Promise<keyof SortedFiles> {
  const kind = KINDS.find(([, ending]) => ending.test(file.path))?.[0];
  if (kind) return kind;
  return file.blob.type.startsWith('image/') ? 'pictures' : OF_FORM[await formOf(file)];
}
