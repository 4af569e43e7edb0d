import type { Deconvnet } from '../../../deconvnet.js';
import { type Contrast, checkContrast } from '../../../render/contrast.js';
import { type EvolutionFrame, evolution } from '../../../studies/evolution/evolution.js';
import { inputExtent } from '../../gallery/input-extent.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { batchSizeFor, readAllPictures, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { type WrittenPair, writePairs } from '../kit/write-pairs.js';
import type { WriteEvolutionOptions } from './write-evolution-options.js';

/** A frame, as it is kept until the page is written. */
export interface FrameRecord extends Pick<EvolutionFrame, 'layer' | 'featureMap'> {
  /** What was found; absent if the feature map fires on no picture. */
  readonly strongest?: Omit<NonNullable<EvolutionFrame['strongest']>, 'patch' | 'projection'> &
    Omit<WrittenPair, 'size'>;
}

/** A checkpoint, as it is kept until the page is written. */
export interface CheckpointRecord {
  readonly checkpoint: string;
  /** The size of the input along its spatial axes; null if the model takes any size. */
  readonly extent: readonly number[] | null;
  readonly frames: readonly FrameRecord[];
}

/** Finds the strongest activation of each feature map at one checkpoint, projects it, and draws it with its patch. */
export async function projectCheckpoint(
  deconvnet: Deconvnet,
  {
    name,
    place,
    all,
    options,
  }: {
    readonly name: string;
    /** The number of the checkpoint, for the names of its files. */
    readonly place: number;
    readonly all: StudyPictures;
    readonly options: WriteEvolutionOptions;
  },
  { folder, onProgress, signal }: PartContext,
): Promise<CheckpointRecord> {
  const { layers, maps, seed, batchSize } = options;
  const contrast = checkContrast(options);
  const frames: FrameRecord[] = [];
  const steps = evolution([{ name, deconvnet }], () => readAllPictures(deconvnet, all), {
    ...(layers !== undefined && { layers }),
    ...(maps !== undefined && { maps }),
    ...(seed !== undefined && { seed }),
    ...batchSizeFor(deconvnet, batchSize),
    onProgress: ({ done }) => onProgress(done),
    ...(signal && { signal }),
  });
  for await (const step of steps) {
    for (const frame of step.frames) {
      // Names of layers may contain characters that a file name cannot have.
      const own = `${frames.length + 1}-${frame.layer.replace(/[^\w-]+/g, '-')}-${frame.featureMap}`;
      frames.push(await drawFrame(frame, { deconvnet, contrast, folder, file: `pictures/${place + 1}/${own}` }));
    }
  }
  return { checkpoint: name, extent: inputExtent(deconvnet), frames };
}

async function drawFrame(
  { layer, featureMap, strongest }: EvolutionFrame,
  {
    deconvnet,
    contrast,
    folder,
    file,
  }: {
    readonly deconvnet: Deconvnet;
    readonly contrast: Contrast;
    readonly folder: StudyFolder;
    readonly file: string;
  },
): Promise<FrameRecord> {
  if (!strongest) return { layer, featureMap };
  const { patch, projection, ...found } = strongest;
  const { box: landing, activation, empty } = found;
  const [pair] = await writePairs(
    deconvnet,
    [{ landing, pixels: patch, projection: { ...projection, activation, empty } }],
    { contrast, zoom: 'field', folder, fileOf: (_, what) => `${file}-${what}` },
  );
  const { size: _, ...drawn } = pair!;
  return { layer, featureMap, strongest: { ...found, ...drawn } };
}
