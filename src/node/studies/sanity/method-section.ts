import { counted } from '../../../errors/counted.js';
import { WINDOW } from '../../../studies/kit/structural-similarity.js';
import { paragraph, type StudySection } from '../kit/study-page.js';
import type { SanityResults } from './sanity-results.js';
import { controlSeed } from './unrelated.js';
import { listed } from './words.js';

/** The most feature maps that are named one by one. */
const NAMED = 12;

/** From which picture the unrelated projections are. */
export function controlPicture({ pictures }: Pick<SanityResults, 'pictures'>): string {
  const turned = pictures.filter(({ edges }) => edges.other === null).length;
  if (turned === 0) return 'another picture';
  return turned === pictures.length
    ? 'the same picture turned by half'
    : 'another picture, or the same one turned by half,';
}

/** How the figures were made. */
export function methodSection(results: SanityResults): StudySection {
  const { pictures, seed, layer, maps } = results;
  const activations = pictures.reduce(
    (sum, { edges }) => sum + edges.projections.filter(({ rule }) => rule === edges.projections[0]!.rule).length,
    0,
  );
  return {
    heading: 'How it was measured',
    html: [
      `From ${pictures.length === 1 ? 'the picture' : `each of ${pictures.length} pictures`}, ${mapsText(maps, layer)}: ${counted(activations, 'activation')} in all. Two projections are compared in the part of the receptive field that lies in the picture, with all their channels, after each was divided by the root of the sum of its squares. So only the pattern counts, and not its strength.`,
      `The rank correlation is Spearman’s, over all values. The structural similarity (SSIM, Wang et al. 2004) is that of the two drawings, with one scale for both: values are clipped at the 99.5th percentile of the absolute values that are not zero. Its windows are ${WINDOW} × ${WINDOW} pixels with Gaussian weights of deviation 1.5, or as large as the projection if that is smaller; its constants K are 0.01 and 0.03; its range is 2 with signs, and 1 for absolute values. SSIM is high wherever both drawings are flat, so the rank correlation decides here.`,
      `Random weights are drawn as before the training: each by the initializer that the layer names. Biases, and the parameters and statistics of normalisation, are set back to their values before the training. All that is random follows from the seed ${seed}. A random switch is drawn evenly among the real cells of its window.`,
      `An unrelated projection is the control: the same feature map at the same position, projected with random weights in all layers from ${controlText(results)}. Its random weights are drawn with a seed of their own, ${controlSeed(seed)}, which follows from the seed ${seed}. So no projection that is judged by it shares them. With these it has only the geometry of the network and the way of drawing in common.`,
    ]
      .map(paragraph)
      .join('\n'),
  };
}

/** Which feature maps are projected, and from where. */
function mapsText(maps: SanityResults['maps'], layer: string): string {
  if (maps === 1) return `the strongest feature map of ${layer} is projected from its strongest position`;
  if (typeof maps === 'number') {
    return `the ${maps} strongest feature maps of ${layer} are projected, as far as they fire there, each from its strongest position`;
  }
  const [first, ...more] = maps;
  if (more.length === 0) {
    return `the chosen feature map ${first} of ${layer} is projected from its strongest position`;
  }
  const which =
    maps.length > NAMED ? `${maps.length} chosen feature maps` : `the feature maps ${listed(maps.map(String))}`;
  return `${which} of ${layer} are projected, as far as they fire there, each from its strongest position`;
}

/** Which picture the control is from, and why. */
function controlText({ pictures, others }: SanityResults): string {
  const turned = pictures.filter(({ edges }) => edges.other === null).length;
  const next = 'another picture: the next one in the list that has the same size';
  if (turned === 0) return next;
  const different = `the next ${others} pictures in the list have other sizes`;
  if (turned < pictures.length) return `${next}, or the same picture turned by half if ${different}`;
  const why =
    others === 0 ? 'the list has only this picture' : others === 1 ? 'the other one has another size' : different;
  return `the same picture turned by half, since ${why}`;
}
