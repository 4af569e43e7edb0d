import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord, layersOf, nameOf } from './config-entry.js';
import { isPlace } from './repair-nodes.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** A functional model whose layers will run at each step of time, once its operations are layers. */
interface OverTime extends ConfigEntry {
  readonly overTime?: true;
}

/** Layers that compute each value for itself, so that a further axis changes nothing. */
const ANY_RANK =
  /^(Activation|ReLU|LeakyReLU|ELU|ThresholdedReLU|(Gaussian|Alpha)?Dropout|GaussianNoise|Identity|CustomScaleLayer)$/;

/** Layers that join tensors value by value. The classes of operations refuse tensors with different numbers of axes. */
const MERGES = /^(Add|Subtract|Multiply|Maximum|Minimum|Divide)(Operation)?$/;

/** Layers with several inputs that mean something else with a further axis. */
const REFUSED = ['Average', 'Dot', 'StackOperation'];

const SHAPES = ['batch_input_shape', 'batch_shape', 'input_shape', 'build_input_shape'] as const;

/**
 * Replaces each TimeDistributed with a model in it by a model of the same name, each of whose layers is a TimeDistributed.
 * It computes the same, and its layers keep their names and weights. So they can be chosen, and have mirrors and receptive
 * fields of their own.
 *
 * @throws DeconvnetError `unsupported-layer` if the model has a layer that cannot run over time.
 */
export function spreadOverTime(model: ConfigEntry, scope: RepairScope): ConfigEntry {
  const saved = layersOf(model);
  const timed = new Map(
    saved.flatMap((entry) => {
      const { layer } = entry.config;
      const isTimed = entry.class_name === 'TimeDistributed' && isConfigEntry(layer) && isModelEntry(layer);
      return isTimed ? [[nameOf(entry), layer] as const] : [];
    }),
  );
  if (timed.size === 0) return model;
  /** A model counts its own graph as its first application, and a wrapper does not. */
  const counted = (value: unknown, by: (inner: ConfigEntry) => number): unknown => {
    if (isPlace(value) && timed.has(value[0]))
      return [value[0], value[1] + by(timed.get(value[0])!), ...value.slice(2)];
    if (Array.isArray(value)) return value.map((item: unknown) => counted(item, by));
    // Tensors of Keras 3 are counted when they are read.
    if (!isRecord(value) || value.class_name === '__keras_tensor__') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, counted(item, by)]));
  };
  const layers = saved.flatMap((entry, i): ConfigEntry[] => {
    const { inbound_nodes: nodes } = entry as { readonly inbound_nodes?: unknown };
    const inbound = nodes === undefined ? {} : { inbound_nodes: counted(nodes, () => 1) };
    const inner = timed.get(nameOf(entry));
    if (!inner) return [{ ...entry, ...inbound }];
    const name = nameOf(entry);
    const named = { ...runOverTime({ ...inner, config: { ...inner.config, name } }, scope), name, ...inbound };
    const shape = model.class_name === 'Sequential' && i === 0 ? shapeIn(entry.config) : undefined;
    // The first layer of a Sequential may state the shape of its input.
    const config = { name: `${name}_input`, batch_input_shape: shape, dtype: 'float32', sparse: false };
    return shape ? [{ class_name: 'InputLayer', config }, named] : [named];
  });
  const { output_layers: outputs } = model.config;
  // Keras 3 does not count the own graph of a Sequential here.
  const own = (inner: ConfigEntry): number => (scope.keras3 && inner.class_name === 'Sequential' ? 0 : 1);
  return {
    ...model,
    config: { ...model.config, layers, ...(outputs !== undefined && { output_layers: counted(outputs, own) }) },
  };
}

/** The layers of a model, which run at each step of time if the model does. */
export function layersOverTime(
  model: ConfigEntry,
  layers: readonly ConfigEntry[],
  scope: RepairScope,
): readonly ConfigEntry[] {
  return (model as OverTime).overTime ? layers.map((layer) => stepOf(layer, scope)) : layers;
}

/** A model that runs at each step of time. The layers of a functional model follow when its operations are layers. */
function runOverTime(model: ConfigEntry, scope: RepairScope): ConfigEntry {
  const within = { ...scope, prefix: `${scope.prefix}${nameOf(model)}/` };
  const { input_layers: inputs } = model.config;
  if (Array.isArray(inputs) && inputs.length > 1 && !isPlace(inputs)) {
    throw layerError(
      scope,
      model,
      'unsupported-layer',
      `is a TimeDistributed with a model of ${inputs.length} inputs. It must have one. Apply its parts one by one, each in a TimeDistributed, and save the model again.`,
    );
  }
  if (model.class_name !== 'Sequential') return { ...model, overTime: true } as OverTime;
  const layers = layersOf(model).map((layer) => stepOf(layer, within));
  return { ...model, config: { ...withTime(model.config), layers } };
}

/** A layer that does at each step of time what the given layer does. */
function stepOf(entry: ConfigEntry, scope: RepairScope): ConfigEntry {
  const { class_name, config } = entry;
  if (isModelEntry(entry)) return runOverTime(entry, scope);
  if (class_name === 'InputLayer' || ANY_RANK.test(class_name)) return { ...entry, config: withTime(config) };
  if (MERGES.test(class_name)) return { ...entry, class_name: `${class_name.replace('Operation', '')}Operation` };
  if (/^Concatenate(Operation)?$/.test(class_name)) {
    const { axis } = config;
    return typeof axis === 'number' && axis > 0 ? { ...entry, config: { ...config, axis: axis + 1 } } : entry;
  }
  if (REFUSED.includes(class_name)) {
    throw layerError(
      scope,
      entry,
      'unsupported-layer',
      `is of the class ${class_name}, in a model that a TimeDistributed runs at each step of time. This works for Add, Subtract, Multiply, Maximum, Minimum and Concatenate. Use one of these, and save the model again.`,
    );
  }
  const shape = shapeIn(withTime(config));
  const inner = { class_name, config: Object.fromEntries(Object.entries(config).filter(([key]) => !isShape(key))) };
  const { name } = config;
  return {
    ...entry,
    class_name: 'TimeDistributed',
    config: { name, layer: { ...rest(entry), ...inner }, ...(shape && { batch_input_shape: shape }) },
  };
}

/** What stands beside the class and the config of a layer, without its place in the graph: its module in Keras 3. */
function rest(entry: ConfigEntry): object {
  const { inbound_nodes: _nodes, build_config: _build, ...others } = entry as ConfigEntry & Record<string, unknown>;
  return others;
}

const isShape = (key: string): boolean => (SHAPES as readonly string[]).includes(key);

/** The shape of an input that a config states, the batch first. */
function shapeIn(config: ConfigEntry['config']): readonly unknown[] | undefined {
  const { batch_input_shape, batch_shape = batch_input_shape, input_shape } = config;
  if (Array.isArray(batch_shape)) return batch_shape;
  return Array.isArray(input_shape) ? [null, ...(input_shape as unknown[])] : undefined;
}

/** The shapes in a config with an axis of time of any length, after the batch. */
function withTime(config: ConfigEntry['config']): ConfigEntry['config'] {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (!isShape(key) || !Array.isArray(value)) return [key, value];
      const [batch, ...sizes] = value as unknown[];
      return [key, key === 'input_shape' ? [null, ...(value as unknown[])] : [batch, null, ...sizes]];
    }),
  );
}
