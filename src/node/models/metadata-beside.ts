import { isTeachableMachine, teachableMachineFormat } from '../../input/teachable-machine.js';
import { isRecord } from '../../models/keras/config-entry.js';
import type { ModelFile } from './model-file.js';

type Metadata = NonNullable<ModelFile['metadata']>;

/**
 * A model's metadata, completed from the file `metadata.json` that Teachable Machine writes beside the model: how pictures
 * become input, and the names of the classes. If both state something, the model's own metadata wins.
 */
export async function withMetadataBeside({ files, metadata: own }: ModelFile): Promise<Metadata | undefined> {
  const bytes = await files.read('metadata.json').catch(() => undefined);
  const beside = bytes && parsed(new TextDecoder().decode(bytes));
  const preprocessing = teachableMachineFormat(beside);
  // A file of that name that Teachable Machine did not write is ignored.
  if (!preprocessing || !isTeachableMachine(beside)) return own;
  const named = own && ('classes' in own || 'labels' in own);
  return {
    preprocessing,
    ...(!named && { classes: beside.labels ?? [] }),
    ...own,
  };
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
