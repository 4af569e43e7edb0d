// Stage: after `regions/`. `network/` reads models, and is the only folder that knows tfjs's private fields and
// faults.
// In: a `tf.LayersModel` of any topology.
// Out: a `Network`, which is a list of nodes in topological order, one for each application of a layer, with names,
// shapes and channel axes; and the receptive field of each node (`receptive-field.ts`).

import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type ChannelFactsOf, channelAxes } from './channel-axis.js';
import { classNameOf, inputsOf, isLayersModel, isModel, type Layer, type Shape } from './layer-access.js';
import type { Network, NetworkNode } from './network.js';

type Draft = Omit<NetworkNode, 'channelAxis'>;

/** What is known while the layers of one model are read, or of one use of a nested model. */
interface Scope {
  readonly prefix: string;
  /** Nodes already made for the tensors of this scope, by tensor id. */
  readonly known: Map<number, number>;
  /** The name prefix of each layer that belongs to a model nested in this one. */
  readonly owners: ReadonlyMap<Layer, string>;
  /** The scopes of nested models, by name and application. */
  readonly nested: Map<string, Scope>;
}

/**
 * Reads the graph of a model: one node for each application of a layer, in topological order, with nested models
 * flattened.
 *
 * @param factsOf what is known of the channels of each class
 * @throws DeconvnetError `not-a-layers-model`, `disposed` or `unsupported-topology`.
 */
export function readNetwork(model: LayersModel, factsOf: ChannelFactsOf): Network {
  if (!isLayersModel(model)) {
    const isGraphModel = typeof (model as { executeAsync?: unknown } | null)?.executeAsync === 'function';
    throw new DeconvnetError(
      isGraphModel ? 'graph-model' : 'not-a-layers-model',
      isGraphModel
        ? "This is a tf.GraphModel, which no longer has layers; a tf.LayersModel is needed. Save the original in Keras with model.save('model.keras'), and load that file."
        : `A tf.LayersModel is needed, as tf.loadLayersModel, tf.sequential and tf.model give; this is ${describeValue(model)}.`,
    );
  }
  if (model.outputs === undefined || model.outputs.length === 0) {
    throw new DeconvnetError(
      'unsupported-topology',
      `Model '${model.name}' has no outputs yet: add a layer with an inputShape.`,
    );
  }
  const drafts: Draft[] = [];
  const names = new Map<string, number>();

  const addNode = (layer: Layer, prefix: string, inputs: readonly number[], outputShape: Shape): number => {
    const bare = prefix + layer.name;
    const count = (names.get(bare) ?? 0) + 1;
    names.set(bare, count);
    drafts.push({
      index: drafts.length,
      name: count === 1 ? bare : `${bare}#${count}`,
      layer,
      className: classNameOf(layer),
      inputs,
      inputShapes: inputs.map((index) => drafts[index]!.outputShape),
      outputShape,
    });
    return drafts.length - 1;
  };

  const trace = (tensor: SymbolicTensor, scope: Scope): number => {
    const known = scope.known.get(tensor.id);
    if (known !== undefined) return known;
    const layer = tensor.sourceLayer;
    const inputs = inputsOf(tensor).map((input) => trace(input, scope));
    const made = isModel(layer)
      ? trace(layer.outputs[tensor.tensorIndex]!, nestedScope(layer, tensor.nodeIndex, inputs, scope))
      : addNode(layer, scope.prefix + (scope.owners.get(layer) ?? ''), inputs, tensor.shape);
    if (!isModel(layer) && tensor.tensorIndex > 0) {
      throw new DeconvnetError(
        'unsupported-topology',
        `Output ${tensor.tensorIndex} of layer '${layer.name}' is used; only the first of a layer's outputs can be followed.`,
        { layer: layer.name },
      );
    }
    scope.known.set(tensor.id, made);
    return made;
  };

  const root: Scope = { prefix: '', known: new Map(), owners: ownersIn(model), nested: new Map() };
  const outputs = model.outputs.map((output) => trace(output, root));
  const axes = channelAxes(drafts, factsOf);
  return {
    model,
    nodes: drafts.map((draft, index) => ({ ...draft, channelAxis: axes[index]! })),
    inputs: model.inputs.map((input) => trace(input, root)),
    outputs,
  };
}

function nestedScope(layer: LayersModel, application: number, inputs: readonly number[], outer: Scope): Scope {
  const key = `${layer.name}#${application}`;
  const known = outer.nested.get(key);
  if (known) return known;
  const scope: Scope = {
    prefix: `${outer.prefix}${layer.name}/`,
    known: new Map(layer.inputs.map((input, index) => [input.id, inputs[index]!])),
    owners: ownersIn(layer),
    nested: new Map(),
  };
  outer.nested.set(key, scope);
  return scope;
}

/**
 * The name prefix of each layer of the models nested in this one. It is needed because a Sequential that begins with a
 * model hands out that model's own tensors, so that the tensors do not show which model a layer belongs to.
 */
function ownersIn(model: LayersModel, prefix = ''): Map<Layer, string> {
  const owners = new Map<Layer, string>();
  for (const layer of model.layers) {
    if (prefix !== '' && !isModel(layer)) owners.set(layer, prefix);
    if (isModel(layer)) for (const [inner, path] of ownersIn(layer, `${prefix}${layer.name}/`)) owners.set(inner, path);
  }
  return owners;
}
