/** A layer in the topology of a functional model, as Keras writes it. */
export interface GraphLayer {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: unknown;
}

/** The tensors that each application of a layer reads. */
export type Nodes = [string, number, number][][];

export const pixels = (name: string): GraphLayer => ({
  class_name: 'InputLayer',
  name,
  config: { name, batch_input_shape: [null, 4, 4, 2], dtype: 'float32' },
  inbound_nodes: [],
});

export const reading = (class_name: string, name: string, nodes: unknown, config: object = {}): GraphLayer => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: nodes,
});

export const from = (...names: string[]): Nodes => [names.map((name) => [name, 0, 0])];

export const relu = (name: string, nodes: unknown): GraphLayer => reading('ReLU', name, nodes);

/** The topology of a functional model; by default its output is the layer `c` and its input the layer `in`. */
export const network = (
  layers: GraphLayer[],
  outputs: unknown = [['c', 0, 0]],
  inputs: unknown = [['in', 0, 0]],
): object => ({
  class_name: 'Functional',
  config: { name: 'net', layers, input_layers: inputs, output_layers: outputs },
});

/** An input and three layers, one behind the other. */
export const chain = (): GraphLayer[] => [
  pixels('in'),
  relu('a', from('in')),
  relu('b', from('a')),
  relu('c', from('b')),
];

/** The same with another layer in a place. */
export const instead = (place: number, layer: GraphLayer): GraphLayer[] =>
  chain().map((one, i) => (i === place ? layer : one));

/** A topology of Keras 2 as Keras 3 writes it. */
export function asKeras3(json: object): object {
  const text = JSON.stringify(json, (key, value: unknown) => {
    if (key !== 'inbound_nodes' || !Array.isArray(value)) return value;
    return (value as Nodes).map((node) => ({
      args: node.map((history) => ({
        class_name: '__keras_tensor__',
        config: { shape: [null, 4, 4, 2], dtype: 'float32', keras_history: history },
      })),
      kwargs: {},
    }));
  });
  return JSON.parse(text.replaceAll('batch_input_shape', 'batch_shape')) as object;
}
