import type { Deconvnet } from '../../../deconvnet.js';
import { type Ablation, ablation } from '../../../studies/ablation/ablation.js';
import { namedClasses, noKnownPictures } from '../../../studies/ablation/named-classes.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { strongestPatches } from '../kit/strongest-patches.js';
import { studyIdentity } from '../kit/study-identity.js';
import { batchSizeFor, listStudyPictures, readAllPictures, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext, StudyPart, StudyPlan } from '../kit/study-plan.js';
import { type AblationResults, ablationPage } from './ablation-page.js';
import { chooseAblations } from './choose-ablations.js';
import { mapEffects } from './map-effects.js';
import { shareAbove } from './share-above.js';
import type { WriteAblationOptions } from './write-ablation-options.js';

/** How many feature maps are tried in one part, so that a stop loses little. */
const MAPS_IN_PART = 32;
/** How many of the most telling feature maps are shown with patches, and how many patches each has. */
const SHOWN_MAPS = 6;
const PATCHES = 3;
const PATCHES_KEY = 'patches';

/** Plans a study of ablation: a part for each layer, for each few feature maps, and one for patches. */
export async function planAblation(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteAblationOptions,
): Promise<StudyPlan> {
  const listed = await listStudyPictures('writeAblation', deconvnet, pictures, options);
  const { labels, node: top } = namedClasses(deconvnet);
  const files = listed.files.filter(({ label }) => label !== undefined && labels.includes(label));
  if (files.length === 0) throw noKnownPictures(listed.files.length, labels);
  const chosen = chooseAblations(deconvnet, options);
  const { layers, shares, draws, seed, mapLayer, featureMaps } = chosen;
  const { batchSize, contrast, gamma } = options;
  const all: StudyPictures = { ...listed, files };
  const run =
    (layer: string, maps: readonly number[], some: readonly number[]) =>
    ({ onProgress, signal }: PartContext): Promise<Ablation> =>
      ablation(deconvnet, readAllPictures(deconvnet, all), {
        ...{ layer, featureMaps: maps, shares: some, draws, seed },
        ...batchSizeFor(deconvnet, batchSize),
        onProgress: ({ done }) => onProgress(done),
        ...(signal && { signal }),
      });
  /** Each part counts the right answers as the network is, without the whole layer, and without some of its feature maps. */
  const cost = (layer: string, some: number): Pick<StudyPart, 'up' | 'down' | 'wholeUp'> => {
    const share = shareAbove(deconvnet, layer, top);
    return { up: files.length * (2 + some), down: 0, wholeUp: files.length * (1 + share * (1 + some)) };
  };
  const parts: StudyPart[] = layers.map((layer) => ({
    ...{ key: `layer ${layer}`, ...cost(layer, shares.length * draws) },
    run: run(layer, [], shares),
  }));
  const keys: string[] = [];
  for (let first = 0; first < featureMaps.length; first += MAPS_IN_PART) {
    const maps = featureMaps.slice(first, first + MAPS_IN_PART);
    const key = `maps ${maps.join(' ')} of ${mapLayer}`;
    keys.push(key);
    parts.push({ key, ...cost(mapLayer, maps.length), run: run(mapLayer, maps, []) });
  }
  if (featureMaps.length > 0) {
    // Each patch is run once more to be projected. A feature map that fires on few pictures has fewer.
    const patches = Math.min(SHOWN_MAPS, featureMaps.length) * Math.min(PATCHES, files.length);
    parts.push({
      ...{ key: PATCHES_KEY, up: files.length + patches, down: patches, atMost: true },
      run: async (context) => {
        const effects = mapEffects(keys.map((key) => context.records.get(key) as Ablation));
        const maps = effects.slice(0, SHOWN_MAPS).map(({ featureMap }) => featureMap);
        const found = await strongestPatches(
          deconvnet,
          all,
          {
            ...{ layer: mapLayer, maps, count: PATCHES },
            ...(batchSize !== undefined && { batchSize }),
            ...(contrast !== undefined && { contrast }),
            ...(gamma !== undefined && { gamma }),
          },
          context,
        );
        return maps.map((featureMap) => ({ featureMap, patches: found.get(featureMap)! }));
      },
    });
  }
  return {
    study: 'ablation',
    identity: await studyIdentity(deconvnet, files, { ...chosen, contrast, gamma }),
    parts,
    finish: (folder, records) =>
      ablationPage(folder, {
        ...{ deconvnet, options, chosen, strangers: listed.files.length - files.length },
        layers: layers.map((layer) => records.get(`layer ${layer}`) as Ablation),
        maps: keys.map((key) => records.get(key) as Ablation),
        patches: (records.get(PATCHES_KEY) ?? []) as AblationResults['patches'],
      }),
  };
}
