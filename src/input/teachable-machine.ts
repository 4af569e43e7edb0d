import type { InputFormat } from './input-format.js';

/** The content of `metadata.json`, which Teachable Machine writes beside a model. */
export interface TeachableMachineMetadata {
  readonly packageName: string;
  readonly labels?: unknown;
}

/** Teachable Machine divides by 127, not by 127.5 as the format `tf` does, and takes the middle square of a picture. */
const FORMAT: InputFormat = { scale: 1 / 127, mean: 1, channels: 'rgb', fit: 'crop' };

/** Whether metadata belong to a picture model of Teachable Machine, which also has models for sounds and poses. */
export function isTeachableMachine(metadata: unknown): metadata is TeachableMachineMetadata {
  const { packageName } = (metadata ?? {}) as { packageName?: unknown };
  return packageName === '@teachablemachine/image';
}

/** The input format of a Teachable Machine model; undefined if the metadata do not belong to one. */
export function teachableMachineFormat(metadata: unknown): InputFormat | undefined {
  return isTeachableMachine(metadata) ? FORMAT : undefined;
}
