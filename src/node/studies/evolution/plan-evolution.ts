import type { Deconvnet } from '../../../deconvnet.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { followedMaps } from '../../../studies/evolution/followed-maps.js';
import { checkSameNetwork, type NetworkSummary, networkSummary } from '../../../studies/evolution/same-network.js';
import { checkSeed, checkStudy } from '../../../studies/kit/study-options.js';
import { identityDifferences, type RunIdentity } from '../../mine/run-identity.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { listStudyPictures, type StudyPictures } from '../kit/study-pictures.js';
import type { StudyPart, StudyPlan } from '../kit/study-plan.js';
import { madeWith } from '../kit/write-study.js';
import { evolutionPage } from './evolution-page.js';
import { type CheckpointRecord, projectCheckpoint } from './project-checkpoint.js';
import { checkCheckpoints, withCheckpoint } from './with-checkpoint.js';
import type { StoredCheckpoint, WriteEvolutionOptions } from './write-evolution-options.js';

/** What the first checkpoint decides for all. */
interface FirstCheckpoint {
  readonly summary: NetworkSummary;
  readonly identity: RunIdentity;
  readonly all: StudyPictures;
  readonly title: string;
  readonly made: readonly (readonly [name: string, value: string])[];
}

/**
 * Plans a study of evolution, with a part for each checkpoint. All checkpoints are opened once, one after the other, so that
 * one of another network is found before the work begins, also when a run goes on.
 */
export async function planEvolution(
  checkpoints: readonly StoredCheckpoint[],
  pictures: string | readonly PictureFile[],
  options: WriteEvolutionOptions,
): Promise<StudyPlan> {
  checkCheckpoints(checkpoints);
  const { batchSize, seed = 0, signal } = options;
  checkStudy({ ...(batchSize !== undefined && { batchSize }) });
  checkSeed(seed);
  let first: FirstCheckpoint | undefined;
  let followed = 0;
  const weights: string[] = [];
  for (const checkpoint of checkpoints) {
    signal?.throwIfAborted();
    await withCheckpoint(checkpoint, async (deconvnet) => {
      const { name } = checkpoint;
      const summary = networkSummary(name, deconvnet);
      first ??= await readFirst(deconvnet, { summary, checkpoints, pictures, options });
      checkSameNetwork(first.summary, summary);
      // Layers are looked for when all checkpoints are known to have the same ones.
      if (checkpoint === checkpoints.at(-1)) followed = countFollowed(deconvnet, options);
      const { model, ...rest } = await identityOf(deconvnet, first.all, options);
      checkSameUse(first, name, rest);
      weights.push(`${name}, ${model}`);
    });
  }
  const { all, identity, title, made } = first!;
  const parts = checkpoints.map(
    (checkpoint, place): StudyPart => ({
      key: `checkpoint ${checkpoint.name}`,
      // Each patch is run once more to be projected. A feature map that fires on no picture has none.
      ...{ up: all.files.length + followed, down: followed, atMost: true },
      run: (context) =>
        withCheckpoint(checkpoint, (deconvnet) =>
          projectCheckpoint(deconvnet, { name: checkpoint.name, place, all, options }, context),
        ),
    }),
  );
  return {
    study: 'evolution',
    identity: { ...identity, ...Object.fromEntries(weights.map((words, i) => [`checkpoint ${i + 1}`, words])) },
    parts,
    finish: (folder, records) => {
      const found = parts.map(({ key }) => records.get(key) as CheckpointRecord);
      return evolutionPage(folder, { records: found, title, pictures: all.files.length, made });
    },
  };
}

async function readFirst(
  deconvnet: Deconvnet,
  {
    summary,
    checkpoints,
    pictures,
    options,
  }: {
    readonly summary: NetworkSummary;
    readonly checkpoints: readonly StoredCheckpoint[];
    readonly pictures: string | readonly PictureFile[];
    readonly options: WriteEvolutionOptions;
  },
): Promise<FirstCheckpoint> {
  if (!deconvnet.takesPictures) {
    throw new DeconvnetError(
      'unsupported-option',
      `writeEvolution draws pictures, but this network takes ${deconvnet.describeInput()}. Use evolution of deconvnet/studies, which returns numbers.`,
    );
  }
  const all = await listStudyPictures('writeEvolution', deconvnet, pictures, options);
  const { model: _, ...identity } = await identityOf(deconvnet, all, options);
  const { maps: choice = 6, seed = 0 } = options;
  return {
    ...{ summary, identity, all },
    title: options.title ?? `Evolution of ${deconvnet.model.name}`,
    made: madeWith(deconvnet, options, [
      ['Checkpoints', checkpoints.map(({ name }) => name).join(', ')],
      ['Pictures', `${all.files.length.toLocaleString('en')}, all of them searched at each checkpoint`],
      [
        'Feature maps',
        typeof choice === 'number' ? `${choice} of each layer, drawn at random with seed ${seed}` : 'chosen by number',
      ],
      ['Rule', deconvnet.engine.rule.name],
    ]),
  };
}

/** How many feature maps are followed. */
function countFollowed(deconvnet: Deconvnet, options: WriteEvolutionOptions): number {
  return [...followedMaps(deconvnet, options).values()].reduce((sum, { length }) => sum + length, 0);
}

async function identityOf(
  deconvnet: Deconvnet,
  { files }: StudyPictures,
  { layers, maps = 6, seed = 0, contrast, gamma }: WriteEvolutionOptions,
): Promise<RunIdentity> {
  return studyIdentity(deconvnet, files, { layers, maps, seed, contrast, gamma });
}

/** @throws DeconvnetError `invalid-option` if a checkpoint gets other input than the first one, or has another rule. */
function checkSameUse({ summary, identity }: FirstCheckpoint, name: string, own: RunIdentity): void {
  const differences = identityDifferences(identity, own);
  if (differences.length === 0) return;
  throw new DeconvnetError(
    'invalid-option',
    `The checkpoint '${name}' is used in another way than '${summary.name}' (there): ${differences.join('; ')}. Open all checkpoints with the same options.`,
  );
}
