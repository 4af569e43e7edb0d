import * as tf from '@tensorflow/tfjs-core';
import * as core from 'deconvnet';
import * as backends from 'deconvnet/backends';
import * as models from 'deconvnet/models';
import * as node from 'deconvnet/node';
import * as plots from 'deconvnet/plots';
import * as queue from 'deconvnet/queue';
import * as studies from 'deconvnet/studies';
import * as testing from 'deconvnet/testing';
import { describe, expect, it } from 'vitest';
import { use } from '../support/backends.js';

// Rows are made of networks and tensors, once there is a backend.
await use('cpu');
const rows = [
  ...(await import('../support/wrong-types/deconvnet-calls.js')).deconvnetCalls,
  ...(await import('../support/wrong-types/miner-calls.js')).minerCalls,
  ...(await import('../support/wrong-types/drawing-calls.js')).drawingCalls,
  ...(await import('../support/wrong-types/node-calls.js')).nodeCalls,
  ...(await import('../support/wrong-types/queue-calls.js')).queueCalls,
  ...(await import('../support/wrong-types/others-calls.js')).othersCalls,
  ...(await import('../support/wrong-types/studies-calls.js')).studiesCalls,
  ...(await import('../support/wrong-types/report-calls.js')).reportCalls,
  ...(await import('../support/wrong-types/plots-calls.js')).plotsCalls,
  ...(await import('../support/wrong-types/study-pages-calls.js')).studyPagesCalls,
];

/** What is called without arguments, made by the library alone, or not for users. */
const NOTHING_TO_GIVE = [
  ...['new DeconvnetError', 'new Projection', 'dispose', 'describeInput', 'thresholds', 'toJSON', 'save'],
  ...['pictureWork', 'entries'],
];

/** The names that rows have for everything public that can be called. */
function callables(): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries({
    ...core,
    ...backends,
    ...models,
    ...node,
    ...queue,
    ...studies,
    ...plots,
    ...testing,
  })) {
    if (typeof value !== 'function') continue;
    if (!/^class\b/.test(Function.prototype.toString.call(value))) {
      names.push(name);
      continue;
    }
    names.push(`new ${name}`);
    const { prototype, ...statics } = Object.getOwnPropertyDescriptors(value);
    const methods = Object.getOwnPropertyDescriptors(prototype!.value as object);
    const functions = (members: Record<string, PropertyDescriptor>): string[] =>
      Object.keys(members).filter((member) => typeof members[member]!.value === 'function' && member !== 'constructor');
    names.push(...functions(statics).map((method) => `${name}.${method}`));
    // Two classes have a `project`.
    names.push(
      ...functions(methods).map((method) => (name === 'PatchMiner' && method === 'project' ? 'miner.project' : method)),
    );
  }
  return names;
}

describe('an argument of the wrong type', () => {
  it.each(rows.map((row) => [`${row[0]}: ${row[1]}`, ...row] as const))(
    '%s',
    async (_, _name, _what, call, code, says) => {
      const { numTensors, numBytes } = tf.memory();
      const made = await Promise.resolve()
        .then(call)
        .then(
          () => 'nothing was thrown',
          (error: unknown) => error,
        );
      expect(made).toMatchObject({ name: 'DeconvnetError', code, message: expect.stringMatching(says) });
      expect((made as Error).message).not.toMatch(/\[object|undefinedx|NaN RGBA/);
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    },
  );

  it('is tried on everything public that takes any', () => {
    const tried = new Set(rows.map(([name]) => name));
    expect(callables().filter((name) => !tried.has(name) && !NOTHING_TO_GIVE.includes(name))).toEqual([]);
    // And rows name nothing that is gone.
    expect([...tried].filter((name) => !callables().includes(name))).toEqual([]);
    expect(NOTHING_TO_GIVE.filter((name) => !callables().includes(name))).toEqual([]);
  });
});
