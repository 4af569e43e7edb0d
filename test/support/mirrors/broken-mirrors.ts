import * as tf from '@tensorflow/tfjs-core';

/** Something that is no mirror, or has functions that return what they must not. */
export interface BrokenMirror {
  readonly title: string;
  readonly mirror: unknown;
  /** The important words of the error. */
  readonly says: RegExp;
}

const down = (signal: tf.Tensor): tf.Tensor => tf.clone(signal);
const later = async (signal: tf.Tensor): Promise<tf.Tensor> => tf.clone(signal);
const failing = async (): Promise<tf.Tensor> => {
  throw new Error('nobody awaits this');
};
const isAsync = /and must not be async; it returned a Promise\.$/;

/** One of each kind. Each stands for a layer with a window over two axes, and the error gives the name of that layer. */
export const brokenMirrors: readonly BrokenMirror[] = [
  { title: 'nothing', mirror: undefined, says: /has no function 'down': it is undefined\. Give/ },
  { title: 'null', mirror: null, says: /has no function 'down': it is null\. Give/ },
  { title: 'a factory', mirror: () => ({ down }), says: /has no function 'down': it is a function.* Give/ },
  {
    title: 'a Promise of a mirror',
    mirror: Promise.resolve({ down }),
    says: /has no function 'down': it is a Promise\. Give/,
  },
  { title: 'no way down', mirror: { up: down }, says: /has no function 'down': it is an object with up\. Give/ },
  { title: 'a word for a way down', mirror: { down: 'identity' }, says: /has no function 'down'/ },
  {
    title: 'a list for prepare',
    mirror: { prepare: [], down },
    says: /has a 'prepare' that is a list of 0; it must be a function/,
  },
  {
    title: 'true for record',
    mirror: { record: true, down },
    says: /has a 'record' that is the boolean true; it must be a function/,
  },
  {
    title: 'another word for a window',
    mirror: { window: 'point', down },
    says: /has a 'window' that is the string "point"; it must be 'pointwise' or/,
  },
  {
    title: 'half a window',
    mirror: { window: { size: [1, 1] }, down },
    says: /has a 'window' that is an object with size; it must be/,
  },
  { title: 'an async way down', mirror: { down: later }, says: isAsync },
  { title: 'an async way down that fails', mirror: { down: failing }, says: isAsync },
  { title: 'nothing on the way down', mirror: { down: () => undefined }, says: /'down', .* it returned undefined/ },
  {
    title: 'a list with nothing on the way down',
    mirror: { down: () => [undefined] },
    says: /'down', .* it returned a list with undefined/,
  },
  {
    title: 'a list of Promises on the way down',
    mirror: { down: () => [failing()] },
    says: /'down', .* it returned a list with a Promise/,
  },
  {
    title: 'numbers on the way down',
    mirror: { down: () => [1, 2] },
    says: /'down', .* it returned a list with the number 1/,
  },
  {
    title: 'an async record',
    mirror: { record: async () => [], down },
    says: /must return a list of tensors from 'record', and must not be async/,
  },
  {
    title: 'a record of nothing',
    mirror: { record: () => undefined, down },
    says: /'record', .* it returned undefined/,
  },
  {
    title: 'one tensor as record',
    mirror: { record: () => tf.ones([1]), down },
    says: /must return a list of tensors from 'record'.* it returned a tensor shaped \[1\]/,
  },
  {
    title: 'a record with nothing',
    mirror: { record: () => [undefined], down },
    says: /'record', .* it returned a list with undefined/,
  },
  {
    title: 'an async prepare',
    mirror: { prepare: async () => [], down },
    says: /must return a list of tensors from 'prepare', and must not be async/,
  },
  {
    title: 'nothing prepared',
    mirror: { prepare: () => undefined, down },
    says: /'prepare', .* it returned undefined/,
  },
];
