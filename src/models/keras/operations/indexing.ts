import type { IndexPart } from '../../layers/operations/slice-cuts.js';
import { BatchSizeArgument, EllipsisArgument, ShapeArgument, SliceArgument } from './arguments.js';
import type { BoundCall, Replacement, Translated } from './bound-call.js';
import { type Signature, type Signatures, signature } from './signatures.js';

/** Operations that cut, pad or resize. */
export const INDEXING: Signatures = {
  getitem: signature('x|tensor key|slice_spec', (call): Translated => {
    const key = call.plain('key');
    const list: readonly unknown[] = Array.isArray(key) ? key : [key];
    return (
      ofShape(call, list) ??
      sliced(
        call,
        list.map((entry) => partOf(call, entry)),
      )
    );
  }),
  strided_slice: signature(
    'x|input_|input begin end strides begin_mask end_mask ellipsis_mask new_axis_mask shrink_axis_mask var',
    (call): Translated => {
      const [begin, end] = [call.integers('begin'), call.integers('end')];
      const strides = call.has('strides') ? call.integers('strides') : begin.map(() => 1);
      const masked = (name: string, i: number): boolean => (((call.integer(name) ?? 0) >> i) & 1) === 1;
      const parts = begin.map((from, i): IndexPart => {
        if (masked('ellipsis_mask', i)) return ['rest'];
        if (masked('new_axis_mask', i)) return ['new'];
        if (masked('shrink_axis_mask', i)) return ['index', from];
        const stop = masked('end_mask', i) ? null : (end[i] ?? null);
        return ['slice', masked('begin_mask', i) ? null : from, stop, strides[i] ?? 1];
      });
      const [only] = parts;
      return ofShape(call, parts.length === 1 && only![0] === 'index' ? [only![1]] : parts) ?? sliced(call, parts);
    },
  ),
  slice: signature('x|input_|input|inputs begin|start_indices size|shape', (call) => {
    const [begin, size] = [call.integers('begin'), call.integers('size')];
    return sliced(
      call,
      begin.map((from, i) => ['slice', from, size[i] === -1 || size[i] === undefined ? null : from + size[i], 1]),
    );
  }),
  pad: signature('x|tensor|input paddings|pad_width value|constant_values mode', (call) => {
    const paddings = call.plain('paddings');
    const isPair = (pair: unknown): boolean =>
      Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0);
    if (!Array.isArray(paddings) || !paddings.every(isPair))
      throw call.refused('pads by another form than a pair of numbers for each axis');
    const mode = call.word('mode', 'constant');
    if (!['constant', 'reflect', 'symmetric'].includes(mode)) throw call.refused(`pads in the mode ${mode}`);
    return {
      class_name: 'PadOperation',
      config: { paddings, mode, value: call.number('value', 0) },
      inputs: [call.tensor('x')],
    };
  }),
  resize: signature(
    'x|images|image size method|interpolation preserve_aspect_ratio antialias data_format crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value',
    (call) => {
      for (const option of ['preserve_aspect_ratio', 'antialias', 'crop_to_aspect_ratio', 'pad_to_aspect_ratio']) {
        if (call.flag(option)) throw call.refused(`resizes with ${option}`);
      }
      if (call.word('data_format', 'channels_last') !== 'channels_last')
        throw call.refused('resizes with the channels first');
      return resized(call, call.word('method', 'bilinear'), 'centres');
    },
  ),
  resize_v1: signature('x|images size method align_corners preserve_aspect_ratio', (call) => {
    if (call.flag('preserve_aspect_ratio')) throw call.refused('resizes with preserve_aspect_ratio');
    const method = call.args.method ?? 0;
    const word = typeof method === 'string' ? method : (['bilinear', 'nearest'][method as number] ?? String(method));
    return resized(call, word, call.flag('align_corners') ? 'corners' : 'edges');
  }),
  resize_bilinear: resizing('bilinear'),
  resize_nearest_neighbor: resizing('nearest'),
};

/** Resizing by a node of the graph, or by a function of TensorFlow 1. */
function resizing(method: string): Signature {
  return signature('x|images size align_corners half_pixel_centers', (call) =>
    resized(
      call,
      method,
      call.flag('align_corners') ? 'corners' : call.flag('half_pixel_centers') ? 'centres' : 'edges',
    ),
  );
}

function resized(call: BoundCall, method: string, alignment: 'centres' | 'edges' | 'corners'): Replacement {
  const [height, width, ...more] = call.integers('size');
  if (method !== 'bilinear' && method !== 'nearest') throw call.refused(`resizes by the method ${method}`);
  if (!(height! > 0 && width! > 0) || more.length > 0) throw call.refused('resizes to another form than two sizes');
  return {
    class_name: 'ResizeOperation',
    config: { height, width, nearest: method === 'nearest', alignment },
    inputs: [call.tensor('x')],
  };
}

function sliced(call: BoundCall, parts: readonly IndexPart[]): Replacement {
  return { class_name: 'SliceOperation', config: { parts }, inputs: [call.tensor('x')] };
}

function partOf(call: BoundCall, entry: unknown): IndexPart {
  if (entry === null) return ['new'];
  if (entry instanceof EllipsisArgument) return ['rest'];
  if (Number.isInteger(entry)) return ['index', entry as number];
  if (entry instanceof SliceArgument) {
    const places = [entry.start, entry.stop, entry.step].map((place) => place ?? null);
    if (places.every((place) => place === null || Number.isInteger(place))) {
      return ['slice', ...(places as [number | null, number | null, number | null])];
    }
  }
  throw call.refused('is an index that is not made of numbers and slices');
}

/** What an index finds in the shape of a tensor: only the size of the batch is of use. */
function ofShape(call: BoundCall, key: readonly unknown[]): Translated | undefined {
  if (!(call.args.x instanceof ShapeArgument)) return undefined;
  if (key.length === 1 && key[0] === 0) return { argument: new BatchSizeArgument() };
  throw call.refused(
    'computes with the size of a tensor',
    'Write the sizes as numbers, or use the layers Reshape, UpSampling2D or Resizing, and save the model again.',
  );
}
