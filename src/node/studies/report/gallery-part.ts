import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import type { PatchMiner } from '../../../mine/patch-miner.js';
import { featureMapsOf, findNode } from '../../../network/network.js';
import { writeGallery } from '../../gallery/write-gallery.js';
import { checkpointPaths } from '../../mine/checkpoint-paths.js';
import { type MinedImages, mineImages } from '../../mine/mine-images.js';
import type { StudyCover } from '../kit/study-page.js';
import { lookUpPicture, type StudyPictures } from '../kit/study-pictures.js';
import type { StudyPart } from '../kit/study-plan.js';
import { type ReportRecord, studyKey } from './report-record.js';
import type { WriteStudiesOptions } from './write-studies-options.js';

/** How many feature maps of each layer a gallery of a report shows if nobody says. */
const MAPS = 8;
/** How many patches of each feature map it shows. */
const PATCHES = 9;
/** Of how many layers the report shows the telling feature maps. */
const STRIPS = 3;

/** The part of a report that is the gallery: what excites each feature map, as in Figure 2 of the paper. */
export function galleryPart(
  deconvnet: Deconvnet,
  all: StudyPictures,
  { layers, identity }: { readonly layers: readonly string[]; readonly identity: object },
  options: WriteStudiesOptions,
): StudyPart {
  const { files, reading } = all;
  const { maps: most = MAPS, batchSize, workers, network, contrast, gamma, versions, date } = options;
  const featureMaps = Object.fromEntries(
    layers.map((layer) => {
      const count = Math.min(most, featureMapsOf(findNode(deconvnet.engine.network, layer)));
      return [layer, Array.from({ length: count }, (_, map) => map)];
    }),
  );
  const maps = Object.values(featureMaps).reduce((sum, { length }) => sum + length, 0);
  const patches = maps * Math.min(PATCHES, files.length);
  return {
    key: studyKey('gallery', identity),
    // A patch goes up once more to be projected, alone on the part that it sees, or with the others of its picture.
    ...{ up: files.length + patches, down: patches, wholeUp: 2 * files.length, atMost: true },
    async run({ folder, onProgress, signal }): Promise<ReportRecord> {
      const out = join(folder.out, 'gallery');
      const { limit: _, ...read } = reading;
      const checkpoint = join(folder.out, 'unfinished', 'gallery.checkpoint');
      const mine = (): Promise<MinedImages> =>
        mineImages({
          ...{ deconvnet, images: files, layers, featureMaps, k: PATCHES, ...read },
          ...(batchSize !== undefined && { batchSize }),
          ...(workers !== undefined && { workers }),
          ...network,
          checkpoint: { path: checkpoint, every: 60 },
          resume: true,
          onProgress: ({ done }) => onProgress(done),
          ...(signal && { signal }),
        });
      const { miner } = await mine().catch(async (error: unknown) => {
        const { code } = error as { readonly code?: unknown };
        if (code !== 'state-mismatch' && code !== 'state-unreadable') throw error;
        // It was mined with other options, so it is of no use here.
        for (const path of Object.values(checkpointPaths(checkpoint))) await rm(path, { force: true });
        return mine();
      });
      await writeGallery(miner, {
        ...{ out, source: lookUpPicture(deconvnet, all) },
        ...(contrast !== undefined && { contrast }),
        ...(gamma !== undefined && { gamma }),
        ...(workers !== undefined && { workers }),
        ...(network && { network }),
        ...(versions && { versions }),
        ...(date && { date }),
        onProjected: ({ patches: made }) => onProgress(files.length + 2 * made),
        ...(signal && { signal }),
      });
      const cover = coverOf(await readdir(join(out, 'sprites')), miner.layers);
      return { study: 'gallery', page: 'gallery/index.html', summary: summaryOf(miner), cover };
    },
  };
}

/** Of the sheets of a gallery: the telling feature maps of the uppermost layers, or the filters if no feature map fired. */
function coverOf(sprites: readonly string[], layers: readonly string[]): readonly StudyCover[] {
  const sheets = layers.flatMap((layer, number) => {
    const name = sprites.find((sprite) => sprite.startsWith(`${number}-`) && sprite.includes('-telling.'));
    return name === undefined ? [] : [{ file: `gallery/sprites/${name}`, caption: `telling feature maps of ${layer}` }];
  });
  if (sheets.length > 0) return sheets.slice(-STRIPS);
  const filters = sprites.find((name) => name.startsWith('filters'));
  return filters === undefined ? [] : [{ file: `gallery/sprites/${filters}`, caption: 'filters of the first layer' }];
}

/** How many feature maps are shown, and how many of them nothing excites. */
function summaryOf(miner: PatchMiner): string {
  const maps = miner.layers.flatMap((layer) => miner.minedMaps(layer).map((map) => miner.top(layer, map).length));
  const silent = maps.filter((patches) => patches === 0).length;
  const shown = `${counted(maps.length, 'feature map')} of ${counted(miner.layers.length, 'layer')}, searched in ${counted(miner.images, 'picture')}.`;
  return silent === 0 ? shown : `${shown} ${counted(silent, 'feature map')} of them fired on no picture.`;
}
