import type { InputFormat } from './input-format.js';

/** What Teachable Machine writes beside a model: `metadata.json`. */
export interface TeachableMachineMetadata {
  readonly packageName: string;
  readonly labels?: unknown;
}

/** From -1 to 1, but by 127 and not by 127.5; the middle square of the picture. */
const FORMAT: InputFormat = { scale: 1 / 127, mean: 1, channels: 'rgb', fit: 'crop' };

/** Whether metadata come from Teachable Machine's models of pictures (there are others, of sounds and of poses). */
export function isTeachableMachine(metadata: unknown): metadata is TeachableMachineMetadata {
  const { packageName } = (metadata ?? {}) as { packageName?: unknown };
  return packageName === '@teachablemachine/image';
}

/** How pictures become the input of a model of Teachable Machine; undefined for metadata of something else. */
export function teachableMachineFormat(metadata: unknown): InputFormat | undefined {
  return isTeachableMachine(metadata) ? FORMAT : undefined;
}
