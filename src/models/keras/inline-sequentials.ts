import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf, nameOf } from './config-entry.js';

/**
 * Replaces each nested Sequential that does not state an input shape, and each Pipeline, by its layers. Keras finds the shape from what the
 * Sequential reads; TensorFlow.js cannot build such a model.
 *
 * Layers that read the Sequential then read its last layer, and its first layer reads what the Sequential read.
 */
export function inlineSequentials(model: ConfigEntry): ConfigEntry {
  const saved = layersOf(model);
  const blocks = new Map(saved.filter(isShapeless).map((block) => [nameOf(block), layersOf(block)]));
  if (blocks.size === 0) return model;
  const functional = model.class_name !== 'Sequential';
  const layers = saved.flatMap((layer) => {
    const block = blocks.get(nameOf(layer));
    if (!block) return [functional ? reading(layer, blocks) : layer];
    if (!functional) return block;
    const { inbound_nodes: nodes = [] } = reading(layer, blocks) as { inbound_nodes?: unknown };
    return block.map((inner, i) => ({
      ...inner,
      name: nameOf(inner),
      inbound_nodes:
        i === 0
          ? nodes
          : Array.from(nodes as unknown[], (_, application) => [[nameOf(block[i - 1]!), application, 0, {}]]),
    }));
  });
  const output_layers = functional ? readingOf(model.config.output_layers, blocks) : undefined;
  return inlineSequentials({ ...model, config: { ...model.config, layers, ...(functional && { output_layers }) } });
}

type Blocks = ReadonlyMap<string, readonly ConfigEntry[]>;

function isShapeless(entry: ConfigEntry): boolean {
  const [first] = layersOf(entry);
  return (
    /^(Sequential|Pipeline)$/.test(entry.class_name) &&
    first !== undefined &&
    first.class_name !== 'InputLayer' &&
    !(isModelEntry(first) && !isShapeless(first)) &&
    ['batch_input_shape', 'batch_shape', 'input_shape'].every((option) => first.config[option] == null) &&
    !Array.isArray(entry.config.build_input_shape)
  );
}

function reading(layer: ConfigEntry, blocks: Blocks): ConfigEntry {
  const { inbound_nodes: nodes } = layer as { readonly inbound_nodes?: unknown };
  return { ...layer, ...(nodes !== undefined && { inbound_nodes: readingOf(nodes, blocks) }) } as ConfigEntry;
}

/** Turns references to a block into references to its last layer. That layer has no application before it is called. */
function readingOf(value: unknown, blocks: Blocks): unknown {
  if (isConfigEntry(value) && value.class_name === '__keras_tensor__' && Array.isArray(value.config.keras_history)) {
    const history = value.config.keras_history as unknown[];
    const last = blocks.get(String(history[0]))?.at(-1);
    return last ? { ...value, config: { ...value.config, keras_history: [nameOf(last), ...history.slice(1)] } } : value;
  }
  if (Array.isArray(value)) {
    const [name, application, ...rest] = value as unknown[];
    const last = typeof name === 'string' && Number.isInteger(application) ? blocks.get(name)?.at(-1) : undefined;
    // Keras 2 counts the own graph of every nested model as application 0, and the last layer has no such application.
    if (last) return [nameOf(last), Math.max(0, (application as number) - 1), ...rest];
    return value.map((item: unknown) => readingOf(item, blocks));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readingOf(inner, blocks)]));
}
