import type { Deconvnet } from 'deconvnet';
import {
  type Compared,
  compareProjections,
  edgeLikeness,
  randomization,
  randomizationSteps,
  type SanityOptions,
  type SanityPixels,
  type SanityProjection,
  switchDependence,
} from 'deconvnet/studies';
import type { OnSanityNews, SanityDrawing, SanityHead, SanityRequest } from '../../protocol-sanity';
import { spreadEvenly } from '../../spread-evenly';
import type { SeenPicture } from '../see-picture';
import { compareClasses } from './compare-classes';
import { controlOf } from './control-of';
import { drawSigned, drawSizes, type Painting } from './draw-values';
import type { Studying } from './running-study';

/** How many projections by one rule the control and the classes take. */
const [SWITCHES, CLASSES] = [4, 8];

/**
 * Checks what the projections of one activation depend on. Each result is given away as soon as it is there.
 *
 * @returns whether all of them are there
 */
export async function checkSanity(
  deconvnet: Deconvnet,
  { image, picture }: SeenPicture,
  request: SanityRequest,
  { onProgress, ...studying }: Studying,
  tell: OnSanityNews,
): Promise<boolean> {
  const { picture: named, layer, featureMap, rules, seed, drawing } = request;
  const painting: Painting = { channels: deconvnet.inputFormat?.channels ?? 'rgb', drawing };
  const drawingsOf = (all: readonly (SanityProjection & Compared)[]) =>
    Promise.all(all.map((one) => drawingOf(one, painting)));
  const item = { ...named, image };
  const all = randomizationSteps(deconvnet, layer);
  if (all.length === 0) {
    throw new Error(
      `Neither ${layer} nor a layer below it has learned weights, so nothing can become random. Choose a higher layer.`,
    );
  }
  const planned = spreadEvenly([...all.keys()], request.steps).map((i) => ({ random: i + 1, downTo: all[i]! }));
  const total = rules.length * (SWITCHES + 1 + planned.length + 1 + CLASSES);
  let before = 0;
  /** The options of a part that makes some projections by each rule. */
  const part = (projections: number): SanityOptions & { seed: number } => {
    const start = before;
    before += projections * rules.length;
    return { layer, maps: [featureMap], rules, seed, ...studying, onProgress: progressFrom(start) };
  };
  const progressFrom =
    (start: number) =>
    ({ done }: { readonly done: number }) =>
      onProgress({ done: start + done, total });

  // The control comes first, because all figures are read beside it.
  const mixed = await switchDependence(deconvnet, item, { ...part(SWITCHES), seed: otherSeed(seed) });
  const [real] = mixed.projections;
  const head: SanityHead = {
    ...{ id: mixed.id, layer: mixed.layer, featureMap, picture, rules, seed, otherSeed: otherSeed(seed), planned },
    ...{ position: real!.position, box: real!.box, layers: all.length },
    control: await drawingsOf(mixed.projections.filter(({ random }) => random === 'both')),
  };
  await tell({ head });

  const steps = planned.map(({ downTo }) => downTo);
  for await (const { step, projections } of randomization(deconvnet, item, { ...part(1 + steps.length), steps })) {
    await tell({ steps: [{ random: step, projections: await drawingsOf(projections) }] });
  }

  const { seed: _, ...withoutSeed } = part(1);
  const beside = await edgeLikeness(deconvnet, item, withoutSeed);
  const { edges } = beside.projections[0]!;
  await tell({
    edges: {
      edges: drawSizes(edges, painting),
      projections: beside.projections.map((one) => ({
        ...{ rule: one.rule, likeness: one.likeness ?? null },
        drawn: one.empty ? null : drawSizes(one.pixels, painting),
      })),
      control: controlOf(mixed, ({ pixels }) => compareProjections(pixels, repeated(edges, pixels)) ?? null),
    },
  });

  await tell({ classes: await compareClasses(deconvnet, item, { ...part(CLASSES), seed: otherSeed(seed) }, painting) });
  onProgress({ done: total, total });
  const drawn = await drawingsOf(mixed.projections);
  const projections = drawn.map((one, i) => ({ ...one, random: mixed.projections[i]!.random }));
  await tell({ switches: { pools: mixed.pools, projections } });
  return true;
}

/** The control must not share the random weights of the steps. */
function otherSeed(seed: number): number {
  return seed + 1;
}

async function drawingOf(one: SanityProjection & Compared, painting: Painting): Promise<SanityDrawing> {
  const { rule, empty, likeness } = one;
  return { rule, drawn: empty ? null : await drawSigned(one, painting), likeness: likeness ?? null };
}

/** A picture of one channel with as many channels as another one. */
function repeated(
  { values, shape: [height, width] }: SanityPixels,
  { shape: [, , channels] }: SanityPixels,
): SanityPixels {
  const copies = Float32Array.from({ length: values.length * channels }, (_, i) => values[Math.floor(i / channels)]!);
  return { values: copies, shape: [height, width, channels] };
}
