import type { Deconvnet, SourceItem } from 'deconvnet';
import { classSensitivity, type SanityOptions, summarizeLikeness, switchDependence } from 'deconvnet/studies';
import type { SanityClasses } from '../../protocol-sanity';
import { isOfLibrary } from '../page-words';
import { controlOf } from './control-of';
import { drawSigned, type Painting } from './draw-values';

/** How many classes are compared. */
const CLASSES = 4;

/** Projects several classes from one picture, and compares them; a sentence if the network has none to compare. */
export async function compareClasses(
  deconvnet: Deconvnet,
  item: SourceItem,
  { layer: _, maps: __, seed, onProgress, ...options }: SanityOptions,
  painting: Painting,
): Promise<SanityClasses | string> {
  try {
    const found = await classSensitivity(deconvnet, item, {
      ...{ ...options, classes: CLASSES },
      ...(onProgress && { onProgress }),
    });
    const { layer, classes, projections, pairs } = found;
    const random = await switchDependence(deconvnet, item, {
      ...{ ...options, layer, maps: [classes[0]!.index] },
      ...(seed !== undefined && { seed }),
    });
    return {
      ...{ layer, classes },
      projections: await Promise.all(
        projections.map(async (one) => {
          const { rule, featureMap: index, empty } = one;
          return { rule, index, drawn: empty ? null : await drawSigned(one, painting) };
        }),
      ),
      pairs: summarizeLikeness(pairs).map(({ rule, likeness, empty }) => ({ rule, likeness: likeness ?? null, empty })),
      control: controlOf(random, ({ likeness }) => likeness ?? null),
    };
  } catch (error) {
    if (!isOfLibrary(error) || error.code !== 'unsupported-option') throw error;
    return 'This network does not have a logit of its own for each of several classes, so this part is left out. Whether the projections tell classes apart cannot be said.';
  }
}
