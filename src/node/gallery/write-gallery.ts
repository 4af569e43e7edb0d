import type { PatchMiner } from '../../mine/patch-miner.js';
import { checkWriteGallery } from './check-gallery-options.js';
import { comparedSource } from './compared-source.js';
import { type DrawnGallery, drawGallery } from './draw-gallery.js';
import { encodeSprite } from './encode-sprite.js';
import { projectCompared } from './gallery-comparison.js';
import { GalleryFolder } from './gallery-folder.js';
import { GalleryWorkers } from './gallery-workers.js';
import { minerSource } from './miner-source.js';
import { picturesOf } from './pictures-of.js';
import { projectForGallery, unfinishedIn } from './project-for-gallery.js';
import type { WriteGalleryOptions } from './write-gallery-options.js';

/**
 * Writes what a miner found as a folder with a page, `index.html`, that any browser opens from disk. The page shows the
 * filters of the first layer. Then it shows, for each mined layer, the strongest patches of its feature maps beside their
 * projections, as in Figure 2 of the paper. Feature maps that never fired are listed, but not drawn,
 * and so are those that are constant: that have exactly the same strongest activation on every picture.
 *
 * The pictures are beside the page in `sprites/`. Only one feature map and one sprite sheet are in memory at a time. If
 * there is a `source`, each picture that occurs in a list is read once more before the feature maps are drawn. Its
 * thumbnail has at most 96 pixels on its longer side: 1,000 photographs take about 2.5 MB. The caller still disposes the
 * miner's Deconvnet; no tensors are left.
 *
 * @returns the path of the page; the numbers of sprite sheets, feature maps, thumbnails, and pictures that the source
 * could not give; and the size of all files in bytes
 * @throws DeconvnetError `invalid-option`; `unknown-layer`; `write-failed`; `missing-peer` without the package `sharp`;
 * `input-unknown` if the colours of patches are not known; and as `PatchMiner.project`. The signal's reason when it is
 * aborted.
 * @example
 * ```ts
 * import type { PatchMiner } from 'deconvnet';
 * import { writeGallery } from 'deconvnet/node';
 *
 * const show = async (miner: PatchMiner) => {
 *   const { index } = await writeGallery(miner, { out: 'gallery', maps: 64, date: new Date() });
 *   console.log(`Open ${index}`);
 * };
 * ```
 */
export async function writeGallery(miner: PatchMiner, options: WriteGalleryOptions): Promise<DrawnGallery> {
  const settings = checkWriteGallery(miner, options);
  const { out, maps, tile, contrast, zoom, source, workers, network, signal } = settings;
  const { title, compare, command, versions, date, dependence, ruleChosen } = options;
  const { onProjected, onProgress, onPicture } = options;
  signal?.throwIfAborted();
  const folder = await GalleryFolder.open(out, encodeSprite);
  const drawn = { contrast, zoom };
  const projecting = { layers: settings.layers, maps, source, signal };
  // The same threads project and draw.
  const threads = new GalleryWorkers(miner, { workers, network, signal });
  try {
    const kept = await projectForGallery(miner, {
      ...{ ...projecting, workers: threads, folder: unfinishedIn(out) },
      onProgress: onProjected && ((progress) => onProjected({ ...progress, compared: false })),
    });
    const keptOther =
      compare &&
      (await projectCompared(compare, {
        ...{ ...projecting, workers, folder: `${unfinishedIn(out)}-compared` },
        onProgress: onProjected && ((progress) => onProjected({ ...progress, compared: true })),
      }));
    const drawing = { ...drawn, workers: await threads.start({ cost: 0, maps: 0 }) };
    const own = minerSource(miner, { kept, source, layers: settings.layers, ...drawing });
    const written = await drawGallery(own, folder, {
      ...{ title: title ?? `Feature maps of ${miner.deconvnet.model.name}`, maps, tile },
      pictures: picturesOf(miner, kept.skipped),
      ...(compare && {
        compared: {
          title: compare.title,
          source: comparedSource(compare, { miner, own, source, drawing, kept: keptOther! }),
        },
      }),
      origin: {
        inputFormat: miner.deconvnet.describeInput(),
        rule: miner.deconvnet.engine.rule.name,
        ...(command !== undefined && { command }),
        ...(versions && { versions }),
        ...(date && { date }),
      },
      dependence,
      ...(ruleChosen && { ruleChosen }),
      ...(onProgress && { onProgress }),
      ...(onPicture && { onPicture }),
      ...(signal && { signal }),
    });
    await kept.remove();
    await keptOther?.remove();
    return written;
  } finally {
    await threads.close();
  }
}
