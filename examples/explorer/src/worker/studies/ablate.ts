import { Deconvnet, type SourceItem } from 'deconvnet';
import { type Ablation, ablation } from 'deconvnet/studies';
import type { AblationRequest, AblationView } from '../../protocol-ablation';
import { readPicture } from '../read-picture';
import type { Studying } from './running-study';

/** Half of the feature maps is drawn at random, several times. */
const HALF = { shares: [0.5], draws: 5 };

/** Sets feature maps of one layer after another to zero, and counts right answers. The progress is that of all layers. */
export async function ablate(
  deconvnet: Deconvnet,
  { what, pictures, known, layers, featureMaps, seed, labels }: AblationRequest,
  { onProgress, ...studying }: Studying,
): Promise<AblationView> {
  // Names that a person has given are only for this study.
  const named = labels ? new Deconvnet(deconvnet.model, { labels }) : deconvnet;
  const skipped = new Set<string>();
  // As it is, without all feature maps, without each one alone, and without halves.
  const runs = 2 + featureMaps.length + HALF.draws;
  const inEach = pictures.length * runs;
  const total = inEach * layers.length;
  const found: Ablation[] = [];
  /** Pictures that could not be read, for the layer that is tried. No network runs on them. */
  let skippedHere = 0;
  try {
    for (const [i, layer] of layers.entries()) {
      const before = i * inEach;
      skippedHere = 0;
      const study = await ablation(named, readable(), {
        ...{ ...HALF, ...studying, layer, featureMaps, seed },
        onProgress: ({ done }) => onProgress({ done: before + done + skippedHere * runs, total }),
      });
      onProgress({ done: before + inEach, total });
      found.push(study);
    }
    return { what, layers: found, known, skipped: skipped.size };
  } finally {
    if (labels) named.dispose();
  }

  async function* readable(): AsyncGenerator<SourceItem, void, undefined> {
    for (const { id, label, blob } of pictures) {
      const picture = await readPicture(blob).catch(() => null);
      if (picture) yield { id, image: deconvnet.toInput(picture), ...(label !== undefined && { label }) };
      else {
        skipped.add(id);
        skippedHere++;
      }
    }
  }
}
