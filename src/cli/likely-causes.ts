import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Deconvnet } from 'deconvnet';
import { counted } from '../errors/counted.js';
import { type Head, isUnit } from '../studies/kit/heads.js';
import { isPoor, otherOrder } from './accuracy.js';
import type { ComparedFormat } from './compare-formats.js';
import type { Prediction } from './predict.js';
import { percent } from './terminal.js';

/** An output whose accuracy is poor, with all that is known about it. */
export interface PoorHead {
  readonly deconvnet: Deconvnet;
  readonly head: Head;
  readonly labels: readonly string[];
  readonly predictions: readonly Prediction[];
  /** Whether the network takes signals, which no input format changes. */
  readonly areSignals: boolean;
  readonly compared: readonly ComparedFormat[];
}

const SCALE_CAUSE =
  'The scale of the signals. They are given to the network as they are. Look up how signals were prepared for training (mean, deviation, length), and prepare these in the same way.';

/** The likely causes of a poor accuracy that are possible for this network, and how to test each. */
export async function likelyCauses(poor: PoorHead): Promise<string[]> {
  const { areSignals } = poor;
  const format = areSignals ? SCALE_CAUSE : formatCause(poor.compared);
  const what = areSignals ? 'signals' : 'pictures';
  const causes = [format, orderCause(poor, what), await normalizationCause(poor.deconvnet, what)];
  return [
    ...causes.filter((cause) => cause !== undefined),
    `The ${what}. They may differ from those that the network was trained on. Test it with ${what} from the training set.`,
  ];
}

function formatCause(compared: readonly ComparedFormat[]): string {
  const share = ({ hits, pictures }: ComparedFormat): number => hits / pictures;
  const [best] = [...compared].sort((a, b) => share(b) - share(a));
  const now = compared.find((one) => one.now);
  if (best && now && share(best) > share(now)) {
    return `The input format. --input ${best.name} gives ${percent(share(best))} instead of ${percent(share(now))}. Look up how pictures were prepared for training.`;
  }
  return 'The input format. None of those above does better, but another one may (mean, deviation, order of channels, fit of the picture). Look up how pictures were prepared for training, and give this as JSON with --input.';
}

function orderCause({ head, labels, predictions }: PoorHead, what: string): string | undefined {
  const order = 'Keras numbers classes in the alphabetical order of their folders';
  const unit = isUnit(head) ? ` One output unit is the probability of the second name, '${labels[1]}'.` : '';
  const other = otherOrder(predictions, head, labels);
  if (!other) {
    return `The order of the class names (--labels). ${order}.${unit} Test it with more ${what} of one class: if nearly all get the same wrong name, the order is wrong.`;
  }
  if (isPoor({ ...other, strangers: [] }, head.classes)) return undefined;
  const said = other.swaps
    .slice(0, 3)
    .map(({ truth, answer, count, of }) => `'${truth}' is called '${answer}' ${count} of ${counted(of, 'time')}`);
  return `The order of the class names (--labels). In another order the accuracy would be ${percent(other.hits / other.pictures)}: ${said.join(', ')}. ${order}.${unit}`;
}

async function normalizationCause({ model }: Deconvnet, inputs: string): Promise<string | undefined> {
  // The advice is about these classes only: they are the ones that keep statistics of the training data.
  const layers = layersOf(model).filter((layer) => /^(Keras)?BatchNormalization$/.test(layer.getClassName()));
  if (layers.length === 0) return undefined;
  const what = 'Batch normalisation that has not converged: its moving statistics are not those of the data.';
  const untouched: string[] = [];
  for (const layer of layers) if (await isUntouched(layer)) untouched.push(layer.name);
  if (untouched.length > 0) {
    return `${what} In ${untouched.length} of ${counted(layers.length, 'layer')} they still have their values from before any training: mean 0, variance 1 (layer '${untouched[0]}').`;
  }
  return `${what} Test it in Keras, on these ${inputs}: if model(x, training=True) does much better than model(x, training=False), train longer or with a smaller momentum.`;
}

/** Whether the moving statistics of a layer still have the values with which Keras begins. */
async function isUntouched(layer: LayersModel['layers'][number]): Promise<boolean> {
  const weights = layer.weights.map((weight, i) => ({ name: weight.originalName, tensor: layer.getWeights()[i]! }));
  const moving = weights.filter(({ name }) => /moving_(mean|variance)$/.test(name));
  for (const { name, tensor } of moving) {
    const first = name.endsWith('variance') ? 1 : 0;
    if ((await tensor.data()).some((value) => value !== first)) return false;
  }
  return moving.length > 0;
}

/** All layers, including those of nested models. */
function layersOf(model: LayersModel): LayersModel['layers'] {
  return model.layers.flatMap((layer) => {
    const inner = (layer as Partial<LayersModel>).layers;
    return inner ? layersOf(layer as LayersModel) : [layer];
  });
}
