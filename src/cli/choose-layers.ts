import type { Deconvnet, LayerInfo, LeftOutLayer } from 'deconvnet';
import { namesIn } from '../errors/did-you-mean.js';
import { extentOf } from '../network/network.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import type { Terminal } from './terminal.js';

/** A gallery of more layers than this shows only some of them, unless its layers are named. */
const MANY = 20;

/** How layers are chosen. */
export interface LayerChoice {
  /** The names after `--layers`. */
  readonly named: readonly string[] | undefined;
  /** Whether to take only the last layer of each resolution of a network with many. */
  readonly fewOfMany: boolean;
  readonly terminal: Terminal;
}

/**
 * The layers to mine: those that are named, or the default ones. Says on the terminal which layers it leaves out, and why.
 * Stops before the mining if a named layer cannot be projected.
 *
 * @returns undefined if there are no layers to mine
 */
export function chooseLayers(
  { defaultLayers }: Library,
  deconvnet: Deconvnet,
  { named, fewOfMany, terminal: { err } }: LayerChoice,
): readonly string[] | undefined {
  const isAll = meansAll(
    named,
    deconvnet.layers.map(({ name }) => name),
  );
  if (named && !isAll) {
    const blocked = deconvnet.layers.find(({ name, blockedBy }) => blockedBy !== null && named.includes(name));
    if (blocked) {
      throw new CliError(EXIT.input, `Layer '${blocked.name}' cannot be projected: ${withoutMirror(blocked)}.`);
    }
    return named;
  }
  const { layers, leftOut } = defaultLayers(deconvnet);
  tellLeftOut(leftOut, (text) => err.write(text));
  if (layers.length === 0) return undefined;
  if (isAll || !fewOfMany || layers.length <= MANY) return layers;
  const few = lastOfEachResolution(deconvnet, layers);
  err.write(
    `Of ${layers.length} layers, the last one of each resolution is taken: ${few.join(', ')}. To take all, give --layers all.\n`,
  );
  return few;
}

/** Whether names are the word `all`, which stands for all layers, unless a layer has this name. */
export function meansAll(named: readonly string[] | undefined, layers: readonly string[]): boolean {
  return named?.length === 1 && named[0] === 'all' && !layers.includes('all');
}

/** The last layer of each size of feature maps. If the sizes depend on the picture, the stride decides. */
function lastOfEachResolution({ engine, layers }: Deconvnet, names: readonly string[]): string[] {
  const last = new Map<string, string>();
  for (const { name, index, outputShape, channelAxis } of engine.network.nodes) {
    if (!names.includes(name)) continue;
    const extent = extentOf(outputShape, channelAxis);
    const stride = extent.includes(null) ? layers[index]!.receptiveField?.stride : [];
    const resolution = JSON.stringify([extent, stride]);
    // A layer that replaces another one is last in the order too.
    last.delete(resolution);
    last.set(resolution, name);
  }
  return [...last.values()];
}

function tellLeftOut(leftOut: readonly LeftOutLayer[], tell: (text: string) => void): void {
  const named = (why: LeftOutLayer['why']): string[] =>
    leftOut.filter((one) => one.why === why).map(({ layer }) => layer);
  const linear = named('linear');
  if (linear.length > 0) {
    tell(
      `Left out: ${namesIn(linear)}, since no nonlinearity follows before the next convolution or pooling. To take ${linear.length === 1 ? 'it' : 'them'} too, name all layers with --layers.\n`,
    );
  }
  const whole = named('whole-image');
  if (whole.length > 0) {
    tell(`Left out: ${namesIn(whole)}, since the whole picture is pooled below, as in a gate.\n`);
  }
  const blocked = named('no-mirror');
  if (blocked.length > 0)
    tell(
      `Left out: ${namesIn(blocked)}, since ${withoutMirror(leftOut.find(({ blockedBy }) => blockedBy !== null)!)}.\n`,
    );
}

function withoutMirror({ blockedBy }: Pick<LayerInfo, 'blockedBy'>): string {
  return `layer '${blockedBy}' has no mirror. Give it one, exported as mirrors from a module of your own (--import MODULE), or take its plain gradient (--fallback gradient)`;
}
