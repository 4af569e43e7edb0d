// A whole deconvnet in plain loops, written from the mathematics: convolution with TensorFlow's padding, a nonlinearity,
// overlapping max pooling, and the way down of each rule. Shares nothing with the library.

/** Values row by row, channels last. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  readonly values: number[];
}

export interface ConvLayer {
  readonly kind: 'conv';
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'same' | 'valid';
  readonly filters: number;
  /** `[row][column][channel][filter]`, flat. */
  readonly kernel: number[];
  readonly bias: number[];
  readonly relu: boolean;
}

export interface PoolLayer {
  readonly kind: 'pool';
  readonly size: number;
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

export type OracleLayer = ConvLayer | PoolLayer;
export type OracleRule = 'deconvnet' | 'guided' | 'gradient';

interface Step {
  readonly layer: OracleLayer;
  readonly input: Grid;
  readonly output: Grid;
  /** Of a pool: the input index of each output's first maximum. */
  readonly switches: number[];
}

const make = (height: number, width: number, maps: number): Grid => ({
  height,
  width,
  maps,
  values: Array<number>(height * width * maps).fill(0),
});

function outputOf(
  extent: number,
  span: number,
  stride: number,
  padding: 'same' | 'valid',
): [cells: number, before: number] {
  if (padding === 'valid') return [Math.floor((extent - span) / stride) + 1, 0];
  const cells = Math.ceil(extent / stride);
  return [cells, Math.floor(Math.max((cells - 1) * stride + span - extent, 0) / 2)];
}

/** Calls back for each pair of an output cell and a real input cell that it reads. */
function eachPair(
  input: Pick<Grid, 'height' | 'width'>,
  layer: { size: number; stride: number; dilation?: number; padding: 'same' | 'valid' },
  visit: (oy: number, ox: number, iy: number, ix: number, ty: number, tx: number) => void,
): [rows: number, columns: number] {
  const dilation = layer.dilation ?? 1;
  const span = (layer.size - 1) * dilation + 1;
  const [rows, top] = outputOf(input.height, span, layer.stride, layer.padding);
  const [columns, left] = outputOf(input.width, span, layer.stride, layer.padding);
  for (let oy = 0; oy < rows; oy++)
    for (let ox = 0; ox < columns; ox++)
      for (let ty = 0; ty < layer.size; ty++)
        for (let tx = 0; tx < layer.size; tx++) {
          const iy = oy * layer.stride - top + ty * dilation;
          const ix = ox * layer.stride - left + tx * dilation;
          if (iy >= 0 && iy < input.height && ix >= 0 && ix < input.width) visit(oy, ox, iy, ix, ty, tx);
        }
  return [rows, columns];
}

/** Runs the layers up and remembers everything. */
export function oracleUp(image: Grid, layers: readonly OracleLayer[]): Step[] {
  const steps: Step[] = [];
  let input = image;
  for (const layer of layers) {
    const [rows, columns] = eachPair(input, layer, () => {});
    const output = make(rows, columns, layer.kind === 'conv' ? layer.filters : input.maps);
    const switches: number[] = [];
    if (layer.kind === 'conv') {
      for (let i = 0; i < output.values.length; i++) output.values[i] = layer.bias[i % layer.filters]!;
      eachPair(input, layer, (oy, ox, iy, ix, ty, tx) => {
        for (let c = 0; c < input.maps; c++)
          for (let f = 0; f < layer.filters; f++) {
            const weight = layer.kernel[((ty * layer.size + tx) * input.maps + c) * layer.filters + f]!;
            output.values[(oy * columns + ox) * layer.filters + f]! +=
              weight * input.values[(iy * input.width + ix) * input.maps + c]!;
          }
      });
      if (layer.relu)
        output.values.forEach((value, i) => {
          output.values[i] = Math.max(value, 0);
        });
    } else {
      eachPair(input, layer, (oy, ox, iy, ix) => {
        for (let c = 0; c < input.maps; c++) {
          const to = (oy * columns + ox) * input.maps + c;
          const from = (iy * input.width + ix) * input.maps + c;
          if (switches[to] === undefined || input.values[from]! > input.values[switches[to]!]!) switches[to] = from;
        }
      });
      switches.forEach((from, to) => {
        output.values[to] = input.values[from]!;
      });
    }
    steps.push({ layer, input, output, switches });
    input = output;
  }
  return steps;
}

/** Sends a signal at the last output down to the image. */
export function oracleDown(steps: readonly Step[], seed: readonly number[], rule: OracleRule): number[] {
  let signal = [...seed];
  for (const { layer, input, output, switches } of [...steps].reverse()) {
    const below = make(input.height, input.width, input.maps).values;
    if (layer.kind === 'pool') {
      switches.forEach((from, to) => {
        below[from]! += signal[to]!;
      });
    } else {
      if (layer.relu) {
        signal = signal.map((value, i) => {
          const gate = output.values[i]! > 0 ? 1 : 0;
          if (rule === 'deconvnet') return Math.max(value, 0);
          return rule === 'guided' ? gate * Math.max(value, 0) : gate * value;
        });
      }
      eachPair(input, layer, (oy, ox, iy, ix, ty, tx) => {
        for (let c = 0; c < input.maps; c++)
          for (let f = 0; f < layer.filters; f++) {
            const weight = layer.kernel[((ty * layer.size + tx) * input.maps + c) * layer.filters + f]!;
            below[(iy * input.width + ix) * input.maps + c]! +=
              weight * signal[(oy * output.width + ox) * layer.filters + f]!;
          }
      });
    }
    signal = below;
  }
  return signal;
}
