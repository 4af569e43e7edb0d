import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { didYouMean } from '../../errors/did-you-mean.js';
import { type ConfigEntry, isModelEntry, nameOf } from './config-entry.js';
import { outputCount } from './output-count.js';
import type { Application, TensorPlace } from './repair-nodes.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** A layer of a functional model, with its applications in the graph. */
export interface GraphLayer {
  readonly entry: ConfigEntry;
  readonly applications: readonly Application[];
}

/** The graph of a functional model. */
export interface FunctionalGraph {
  readonly layers: readonly GraphLayer[];
  readonly inputs: readonly TensorPlace[];
  readonly outputs: readonly TensorPlace[];
}

/**
 * Finds the part of a graph that the model's outputs need. It checks that every tensor that is read exists, and that no
 * layer waits for itself, because TensorFlow.js would search for a missing tensor forever.
 *
 * @throws DeconvnetError `model-unreadable`, which names the layer and what it reads.
 */
export function neededGraph(graph: FunctionalGraph, scope: RepairScope): FunctionalGraph {
  const { layers, inputs, outputs } = graph;
  const byName = new Map(layers.map((layer) => [nameOf(layer.entry), layer]));
  for (const place of inputs) {
    checkPlace(place, byName, scope, 'input_layers');
    const [name] = place;
    if (byName.get(name)!.entry.class_name !== 'InputLayer') {
      throw layerError(
        scope,
        name,
        'model-unreadable',
        'is listed in input_layers, but it is not an InputLayer. Save the model again.',
      );
    }
  }
  for (const place of outputs) checkPlace(place, byName, scope, 'output_layers');
  const needed = neededApplications(outputs, byName, inputs, scope);
  const kept = layers.filter(
    ({ entry }) => needed.has(nameOf(entry)) || inputs.some(([name]) => name === nameOf(entry)),
  );
  const pruned: FunctionalGraph = {
    layers: kept.map(({ entry, applications }) => {
      const wanted = needed.get(nameOf(entry)) ?? new Set();
      const first = ownApplications(entry);
      return { entry, applications: applications.filter((_, i) => wanted.has(first + i)) };
    }),
    inputs,
    outputs,
  };
  for (const { entry } of layers) {
    if (!kept.some((layer) => layer.entry === entry))
      scope.leftOut.push({ name: `${scope.prefix}${nameOf(entry)}`, entry });
  }
  return renumbered(pruned, ([name, application]) => {
    const layer = byName.get(name)!;
    const first = ownApplications(layer.entry);
    const wanted = needed.get(name) ?? new Set();
    const before = Array.from({ length: Math.max(0, application - first) }, (_, i) => first + i);
    return application < first ? application : first + before.filter((i) => wanted.has(i)).length;
  });
}

/** How many applications a layer has before it is called: an InputLayer has one, and a model has its own graph. */
export function ownApplications(entry: ConfigEntry): number {
  return entry.class_name === 'InputLayer' || isModelEntry(entry) ? 1 : 0;
}

/** The same graph, with new numbers for the applications that make its tensors. */
export function renumbered(graph: FunctionalGraph, numberOf: (place: TensorPlace) => number): FunctionalGraph {
  const place = (from: TensorPlace): TensorPlace => [from[0], numberOf(from), from[2]];
  return {
    layers: graph.layers.map(({ entry, applications }) => ({
      entry,
      applications: applications.map(({ inputs, kwargs }) => ({ inputs: inputs.map(place), kwargs })),
    })),
    inputs: graph.inputs,
    outputs: graph.outputs.map(place),
  };
}

type ByName = ReadonlyMap<string, GraphLayer>;

/** By layer, the applications that make some tensors, and all applications that those need. */
function neededApplications(
  outputs: readonly TensorPlace[],
  byName: ByName,
  inputs: readonly TensorPlace[],
  scope: RepairScope,
): Map<string, Set<number>> {
  const needed = new Map<string, Set<number>>();
  // The applications that wait for the current one. There may be thousands, so this does not use recursion.
  const waiting: { readonly name: string; readonly application: number; next: number }[] = [];
  const entered = new Set<string>();
  const enter = (name: string, application: number): void => {
    if (needed.get(name)?.has(application)) return;
    const key = `${application} ${name}`;
    if (entered.has(key)) {
      const start = waiting.findIndex((one) => one.name === name && one.application === application);
      throw circular(
        waiting.slice(start).map((one) => one.name),
        scope,
      );
    }
    entered.add(key);
    const { entry } = byName.get(name)!;
    if (application < ownApplications(entry)) checkOwn(entry, inputs, scope);
    waiting.push({ name, application, next: 0 });
  };
  for (const [name, application] of outputs) {
    enter(name, application);
    while (waiting.length > 0) {
      const top = waiting.at(-1)!;
      const { entry, applications } = byName.get(top.name)!;
      const read = applications[top.application - ownApplications(entry)]?.inputs[top.next++];
      if (read) {
        checkPlace(read, byName, scope, top.name);
        enter(read[0], read[1]);
        continue;
      }
      waiting.pop();
      const done = needed.get(top.name) ?? new Set();
      needed.set(top.name, done.add(top.application));
    }
  }
  return needed;
}

/** Only an input of the model can be read without being called: anything else that has applications of its own cannot. */
function checkOwn(entry: ConfigEntry, inputs: readonly TensorPlace[], scope: RepairScope): void {
  if (entry.class_name !== 'InputLayer') {
    throw layerError(
      scope,
      entry,
      'model-unreadable',
      'is a model, and a layer reads its own graph instead of an application of it. Save the model again.',
    );
  }
  if (!inputs.some(([name]) => name === nameOf(entry))) {
    throw layerError(
      scope,
      entry,
      'model-unreadable',
      'is an input that the outputs need, but input_layers does not list it. Save the model again.',
    );
  }
}

/**
 * Checks that a tensor exists.
 *
 * @param reader the layer that reads the tensor, or the list of the model that names it
 */
function checkPlace(
  [name, application, tensor]: TensorPlace,
  byName: ByName,
  scope: RepairScope,
  reader: string,
): void {
  const isList = reader === 'input_layers' || reader === 'output_layers';
  const model = scope.prefix === '' ? scope.subject : `the model '${scope.prefix.slice(0, -1)}' of ${scope.subject}`;
  const fail = (reads: string): DeconvnetError =>
    isList
      ? new DeconvnetError('model-unreadable', `${reader} of ${model} names ${reads} Save the model again.`, {
          layer: `${scope.prefix}${name}`,
        })
      : layerError(scope, reader, 'model-unreadable', `reads ${reads} Save the model again.`);
  const layer = byName.get(name);
  if (!layer) {
    throw fail(`the layer '${name}', which does not exist. ${didYouMean(name, [...byName.keys()])}`.trimEnd());
  }
  const { entry, applications } = layer;
  const count = ownApplications(entry) + applications.length;
  if (application < 0 || application >= count) {
    const has = count === 0 ? 'is applied to nothing' : `has ${count}, numbered from 0`;
    throw fail(`application ${application} of the layer '${name}', which ${has}.`);
  }
  const tensors = outputCount(entry);
  if (tensor < 0 || (tensors !== undefined && tensor >= tensors)) {
    throw fail(
      `output ${tensor} of the layer '${name}', which has ${tensors ?? 'no such'}${tensors === undefined ? ' output' : ', numbered from 0'}.`,
    );
  }
}

function circular(names: readonly string[], scope: RepairScope): DeconvnetError {
  const [first] = names;
  const way = [...names.slice(1), first].map((name) => `'${name}'`).join(', which reads ');
  return layerError(
    scope,
    first!,
    'model-unreadable',
    `reads ${way}: the layers wait for one another in a circle. Save the model again.`,
  );
}
