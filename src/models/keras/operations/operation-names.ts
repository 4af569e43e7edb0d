import { ARITHMETIC } from './arithmetic.js';
import { INDEXING } from './indexing.js';
import { NONLINEARITIES } from './nonlinearities.js';
import type { SavedOperation } from './read-calls.js';
import { SHAPES } from './shapes.js';
import type { Signature, Signatures } from './signatures.js';

const SIGNATURES: Signatures = { ...ARITHMETIC, ...NONLINEARITIES, ...SHAPES, ...INDEXING };

/** Functions that have another name in TensorFlow than here, without their modules. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  truediv: 'divide',
  pow: 'power',
  neg: 'negative',
  reduce_mean: 'mean',
  reduce_sum: 'sum',
  reduce_max: 'max',
  reduce_min: 'min',
  clip_by_value: 'clip',
  swish: 'silu',
  l2_normalize: 'unit_normalize',
  local_response_normalization: 'lrn',
  stop_gradient: 'identity',
};

/** Modules of TensorFlow whose functions have the names that are used here. */
const MODULES =
  /^(tf\.)?(compat\.v1\.)?((math|nn|linalg|image|__operators__|keras\.backend|keras\.activations)\.)?(\w+)$/;

/** Nodes of TensorFlow's graph that have other names than the functions. */
const NODES: Readonly<Record<string, string>> = {
  AddV2: 'add',
  AddN: 'add_n',
  Sub: 'subtract',
  Mul: 'multiply',
  RealDiv: 'divide',
  Div: 'divide',
  Pow: 'power',
  Neg: 'negative',
  Inv: 'reciprocal',
  ClipByValue: 'clip',
  ConcatV2: 'concat',
  Pack: 'stack',
  PadV2: 'pad',
  MirrorPad: 'pad',
  StopGradient: 'identity',
};

/** Operations of Keras 3 that have other names than the functions. */
const CLASSES: Readonly<Record<string, string>> = {
  TrueDivide: 'divide',
  Absolute: 'abs',
  Amax: 'max',
  Amin: 'min',
  Concatenate: 'concat',
  GetItem: 'getitem',
  ReLU: 'relu',
  Swish: 'silu',
  HardSwish: 'hard_silu',
  Normalize: 'unit_normalize',
  StopGradient: 'identity',
};

/** Names that are not operations of Keras 3, although functions have them. */
const NOT_KERAS3 = ['Flatten', 'Cos'];

/** The signature of an operation; undefined if it cannot be translated. */
export function signatureOf({ called, form }: Pick<SavedOperation, 'called' | 'form'>): Signature | undefined {
  const name =
    form === 'function' ? functionNamed(called) : (own(form === 'node' ? NODES : CLASSES, called) ?? snakeCase(called));
  return name === undefined ? undefined : own(SIGNATURES, name);
}

/** Whether Keras 3 has an operation of this name that can be translated. */
export function isKeras3Operation(className: string): boolean {
  return !NOT_KERAS3.includes(className) && signatureOf({ called: className, form: 'keras3' }) !== undefined;
}

function functionNamed(called: string): string | undefined {
  // The resizing of TensorFlow 1 counts from the edges of cells, that of TensorFlow 2 from their centres.
  if (called === 'compat.v1.image.resize') return 'resize_v1';
  const name = MODULES.exec(called)?.[5];
  return name === undefined ? undefined : (own(FUNCTIONS, name) ?? name);
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}
