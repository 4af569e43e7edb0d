import { transposedConvolution } from '../../mirrors/convolution/transposed-convolution.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { CONVOLUTION, filter } from '../../mirrors/rows.js';
import { type Window, windowSpan } from '../../regions/window.js';
import { SlidingLayer } from './sliding-layer.js';

/** A transposed convolution of any rank, with its dilation and the padding of its output. */
abstract class Transposed extends SlidingLayer {
  /**
   * With padding `same` the output is cut at both ends. `outputPadding` says how much longer it is than the windows need,
   * and then as much is cut as PyTorch does.
   */
  override window(): Window {
    const { kernelSize, padding = 'valid', outputPadding } = this.options;
    const window: Window = {
      size: kernelSize,
      stride: this.perAxis('strides'),
      dilation: this.perAxis('dilationRate'),
      padding: padding === 'same' ? 'same' : 'valid',
      transposed: true,
    };
    if (padding !== 'same' || outputPadding === undefined) return window;
    const before = kernelSize.map((_, axis) => {
      const span = windowSpan(window, axis);
      return Math.max(span - 1 - Math.ceil((span + (span % 2) - 2 + outputPadding[axis]!) / 2), 0);
    });
    return { ...window, padding: before.map((cells) => [cells, 0] as const) };
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  protected override kernels(channels: number): Readonly<Record<string, readonly number[]>> {
    return { kernel: [...this.options.kernelSize, this.options.filters!, channels] };
  }

  protected override cells(size: number, axis: number): number {
    const window = this.window();
    const [span, stride] = [windowSpan(window, axis), window.stride[axis]!];
    const more = this.options.outputPadding?.[axis];
    if (this.options.padding === 'same')
      return more === undefined ? size * stride : (size - 1) * stride + (span % 2) + more;
    return (size - 1) * stride + span + (more ?? Math.max(span, stride) - span);
  }
}

/** Conv1DTranspose, which tfjs lacks. */
export class Conv1DTranspose extends Transposed {
  static readonly className = 'Conv1DTranspose';
}

/** Conv2DTranspose with a dilation or an output padding, which tfjs ignores. */
export class KerasConv2DTranspose extends Transposed {
  static readonly className = 'KerasConv2DTranspose';
}

/** Conv3DTranspose with a dilation or an output padding, which tfjs ignores. */
export class KerasConv3DTranspose extends Transposed {
  static readonly className = 'KerasConv3DTranspose';
}

const ROW: LayerClass = {
  mirror: filter((given) => {
    const layer = given as Transposed;
    return transposedConvolution(layer, layer.options.kernelSize.length as 1 | 2 | 3, layer.window());
  }),
  ...CONVOLUTION,
};
