import { checkLayers } from './check-layers.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf, nameOf } from './config-entry.js';
import { isKeras3 } from './is-keras3.js';
import { repairLayer } from './repair-layer.js';
import { repairInboundNodes, repairPlaces } from './repair-nodes.js';

/**
 * A topology that Keras 3 wrote, in the form of Keras 2, which TensorFlow.js reads. Any other is given back as it is.
 *
 * @param subject what messages call the model
 * @throws DeconvnetError `unsupported-layer`, `unsupported-option` for what no repair can help.
 */
export function repairTopology(topology: ConfigEntry, subject = 'the model'): ConfigEntry {
  checkLayers(topology, subject);
  return isKeras3(topology) ? repairEntry(topology, subject) : topology;
}

function repairEntry(entry: ConfigEntry, subject: string): ConfigEntry {
  return isModelEntry(entry) ? repairModel(entry, subject) : repairWrapped(repairLayer(entry, subject), subject);
}

function repairModel(model: ConfigEntry, subject: string): ConfigEntry {
  const { config } = model;
  const layers = layersOf(model);
  const name = config.name;
  if (model.class_name === 'Sequential') {
    const repaired = layers.map((layer) => repairEntry(layer, subject));
    const first = layers[0];
    // A Sequential that was built without an Input says its shape aside.
    if (Array.isArray(config.build_input_shape) && first && first.class_name !== 'InputLayer' && !isModelEntry(first)) {
      repaired.unshift(inputLayer(`${nameOf(model)}_input`, config.build_input_shape));
    }
    return { class_name: 'Sequential', config: { name, layers: repaired } };
  }
  const scope = new Map(layers.map((layer) => [nameOf(layer), layer]));
  return {
    // A class of the user's own with the constructor of Model is written under its own name.
    class_name: 'Functional',
    config: {
      name,
      layers: layers.map((layer) => ({
        ...repairEntry(layer, subject),
        name: nameOf(layer),
        inbound_nodes: repairInboundNodes(layer, (layer as { inbound_nodes?: unknown }).inbound_nodes, scope, subject),
      })),
      input_layers: repairPlaces(config.input_layers, scope),
      output_layers: repairPlaces(config.output_layers, scope),
    },
  };
}

/** What wrappers and recurrent layers hold. */
function repairWrapped(entry: ConfigEntry, subject: string): ConfigEntry {
  const held = ['layer', 'backward_layer', 'cell', 'cells'].flatMap((key): [string, unknown][] => {
    const value = entry.config[key];
    if (isConfigEntry(value)) return [[key, repairEntry(value, subject)]];
    return Array.isArray(value) ? [[key, value.filter(isConfigEntry).map((inner) => repairEntry(inner, subject))]] : [];
  });
  const config: ConfigEntry['config'] = { ...entry.config, ...Object.fromEntries(held) };
  const { layer } = config;
  if (entry.class_name !== 'Bidirectional' || !isConfigEntry(layer)) return { ...entry, config };
  // Keras 3 writes the layer that runs forward, tfjs makes it of the one that it was made of, and names it itself.
  const name = nameOf(layer).replace(/^forward_/, '');
  return { ...entry, config: { ...config, layer: { ...layer, config: { ...layer.config, name } } } };
}

function inputLayer(name: string, shape: readonly unknown[]): ConfigEntry {
  return { class_name: 'InputLayer', config: { name, batch_input_shape: shape, dtype: 'float32', sparse: false } };
}
