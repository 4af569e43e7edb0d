import * as tfl from '@tensorflow/tfjs-layers';
import { keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { asKeras3, chain, from, instead, network, pixels, reading, relu } from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

const load = (modelTopology: object): Promise<tfl.LayersModel> =>
  tfl.loadLayersModel(
    keras3({ load: async () => ({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) }),
  );

const faults: readonly (readonly [string, object, readonly string[]])[] = [
  ['two layers that read each other', network(instead(1, relu('a', from('c')))), ["Layer 'c'", 'circle', "'a'", "'b'"]],
  ['a layer that reads itself', network(instead(2, relu('b', from('b')))), ["Layer 'b'", "reads 'b'", 'circle']],
  ['a layer of no such name', network(instead(2, relu('b', from('aa')))), ["Layer 'b'", "'aa'", "Did you mean 'a'?"]],
  [
    'an application that does not exist',
    network(instead(2, relu('b', [[['a', 1, 0]]]))),
    ["Layer 'b'", "application 1 of the layer 'a'", 'has 1, numbered from 0'],
  ],
  ['a negative application', network(instead(2, relu('b', [[['a', -1, 0]]]))), ["Layer 'b'", 'application -1']],
  [
    'an output that does not exist',
    network(instead(2, relu('b', [[['a', 0, 1]]]))),
    ["Layer 'b'", "output 1 of the layer 'a'", 'has 1, numbered from 0'],
  ],
  [
    'a layer that is applied to nothing',
    network(instead(1, relu('a', []))),
    ["Layer 'b'", "'a'", 'is applied to nothing'],
  ],
  ['an output of no layer', network(chain(), [['d', 0, 0]]), ['output_layers', "'d'", 'does not exist']],
  ['an output of no application', network(chain(), [['c', 3, 0]]), ['output_layers', 'application 3']],
  ['an input of no layer', network(chain(), [['c', 0, 0]], [['im', 0, 0]]), ['input_layers', "Did you mean 'in'?"]],
  [
    'an input that is another layer',
    network(chain(), [['c', 0, 0]], [['a', 0, 0]]),
    ["Layer 'a'", 'not an InputLayer'],
  ],
  [
    'an input that input_layers does not name',
    network([pixels('more'), ...instead(2, reading('Add', 'b', from('a', 'more')))]),
    ["Layer 'more'", 'input_layers does not list it'],
  ],
  ['two layers of one name', network([...chain(), relu('b', from('a'))]), ["'b', and so is another layer"]],
  [
    'a layer without a name',
    network(instead(2, { ...relu('', from('a')), name: '' })),
    ['Layer 3 of 4', 'the name ""'],
  ],
  ['no list of outputs', network(chain(), 5), ['output_layers', 'is 5', '[layer, application, tensor]']],
  ['no layers', { class_name: 'Sequential', config: { name: 's', layers: [] } }, ['has no layers']],
  ['a merge of one', network(instead(2, reading('Add', 'b', from('a')))), ["Layer 'b'", 'reads 1 tensor', '2 or more']],
  ['a ReLU of two', network(instead(2, relu('b', from('a', 'in')))), ["Layer 'b'", 'reads 2 tensors', 'must read 1']],
  [
    'text for an application',
    network(instead(2, relu('b', [[['a', '0', 0]]]))),
    ["Layer 'b'", 'inbound_nodes', '["a","0",0]'],
  ],
];

const others: typeof faults = [
  [
    'a layer that is called like a part of every object',
    network(instead(2, relu('constructor', from('a')))),
    ["'constructor'", 'name'],
  ],
  [
    'a wrapper of nothing',
    network(instead(2, reading('TimeDistributed', 'b', from('a')))),
    ["Layer 'b'", 'has no layer inside'],
  ],
  [
    'a cell that is not there',
    network(instead(2, reading('RNN', 'b', from('a')))),
    ["Layer 'b'", 'has no cell inside'],
  ],
  ['a layer that is not in a model', reading('ReLU', 'c', []), ['is not a model', 'ReLU']],
  [
    'a Sequential without layers',
    { class_name: 'Sequential', config: { name: 's' } },
    ['is not a model', 'Sequential'],
  ],
];

const nested = network([
  pixels('in'),
  { ...(network(chain(), [['e', 0, 0]]) as ReturnType<typeof relu>), name: 'm', inbound_nodes: from('in') },
  relu('c', [[['m', 1, 0]]]),
]);

describe('a file of Keras 2 is refused, by name, for', () => {
  it.each([
    ...faults,
    ...others,
    ['a fault in a nested model', nested, ['output_layers', "the model 'm'", "'e'"]] as const,
  ])('%s', async (_, json, words) => expectRefused(json, words));
});

describe('a file of Keras 3 is refused, by name, for', () => {
  it.each(faults.filter(([title]) => !title.startsWith('text')))('%s', async (_, json, words) =>
    expectRefused(asKeras3(json), words),
  );
});

async function expectRefused(json: object, words: readonly string[]): Promise<void> {
  const error: unknown = await load(json).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'DeconvnetError', code: 'model-unreadable' });
  for (const word of words) expect((error as Error).message).toContain(word);
}
