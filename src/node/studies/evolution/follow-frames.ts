import type { Region } from '../../../regions/region.js';
import { markJumps } from '../../../studies/evolution/mark-jumps.js';
import { focusWindows } from '../../gallery/focus.js';
import type { CheckpointRecord, FrameRecord } from './project-checkpoint.js';

/** One feature map at one checkpoint, as the page shows it. */
export interface ShownFrame extends FrameRecord {
  readonly checkpoint: string;
  /** The part of the input that its tile shows; absent if the feature map fires on no picture. */
  readonly shown?: Region;
}

/** A feature map through the training. */
export interface FollowedMap {
  readonly layer: string;
  readonly featureMap: number;
  /** In the order of the checkpoints. */
  readonly frames: readonly ShownFrame[];
}

/**
 * Arranges the records of all checkpoints by feature map. The jumps are marked here, because a checkpoint is run without
 * those before it. All tiles of a feature map show a part of the same size, so that they can be compared.
 */
export function followFrames(records: readonly CheckpointRecord[]): FollowedMap[] {
  const former = new Map<string, string>();
  const marked = records.map(({ frames }) => markJumps(frames, former));
  const extent = records[0]!.extent;
  return marked[0]!.map(({ layer, featureMap }, place) => {
    const frames = marked.map((all) => all[place]!);
    const found = frames.flatMap(({ strongest }) => strongest ?? []);
    const windows = focusWindows({
      ...{ extent, windows: found.map(({ window }) => window) },
      bounds: found.map(({ focus }) => focus),
    });
    const shown = new Map(found.map((strongest, i) => [strongest, windows[i]!]));
    return {
      ...{ layer, featureMap },
      frames: frames.map((frame, i) => ({
        ...{ ...frame, checkpoint: records[i]!.checkpoint },
        ...(frame.strongest && { shown: shown.get(frame.strongest)! }),
      })),
    };
  });
}

/** Some of the feature maps that fire. Silent ones have no picture, so they are not counted. */
export interface CountOfFiring {
  readonly count: number;
  /** How many feature maps fire. */
  readonly firing: number;
}

/** How many feature maps have a strongest picture that was not the one before, of those that fire at this checkpoint. */
export function jumpsAt(maps: readonly FollowedMap[], place: number): CountOfFiring {
  const found = maps.flatMap(({ frames }) => frames[place]!.strongest ?? []);
  return { count: found.filter(({ jumped }) => jumped).length, firing: found.length };
}

/** How many feature maps have at one checkpoint the strongest picture of the last one, of those that fire at the last one. */
export function settledAt(maps: readonly FollowedMap[], place: number): CountOfFiring {
  const firing = maps.filter(({ frames }) => frames.at(-1)!.strongest);
  const settled = firing.filter(({ frames }) => frames[place]!.strongest?.id === frames.at(-1)!.strongest!.id);
  return { count: settled.length, firing: firing.length };
}

/** Whether a feature map fires at any checkpoint. */
export function everFires({ frames }: FollowedMap): boolean {
  return frames.some(({ strongest }) => strongest);
}

/** Whether nothing at all changes from one checkpoint to the next. */
export function isConstant({ frames }: FollowedMap): boolean {
  const [first, ...others] = frames.map(({ strongest }) => {
    if (!strongest) return 'none';
    const { projection: _, patch: __, ...rest } = strongest;
    return JSON.stringify(rest);
  });
  return others.every((one) => one === first);
}
