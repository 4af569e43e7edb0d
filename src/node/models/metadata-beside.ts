import { isTeachableMachine, teachableMachineFormat } from '../../input/teachable-machine.js';
import { isRecord } from '../../models/keras/config-entry.js';
import type { ModelFile } from './model-file.js';

type Metadata = NonNullable<ModelFile['metadata']>;

/**
 * A model's metadata, with what Teachable Machine says in the file `metadata.json` beside it: how pictures become input,
 * and the names of the classes. What the model says itself comes first.
 */
export async function withMetadataBeside({ files, metadata: own }: ModelFile): Promise<Metadata | undefined> {
  const bytes = await files.read('metadata.json').catch(() => undefined);
  const beside = bytes && parsed(new TextDecoder().decode(bytes));
  const preprocessing = teachableMachineFormat(beside);
  // Any other file of that name is none of our business.
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
