// Stage: after `studies/`. The entry `deconvnet/plots` draws results of studies with Observable Plot.
// In: plain numbers, and a document that makes elements.
// Out: SVG elements.

export type { PlotOptions } from './plot.js';
export { type ClassMap, type ClassMapOptions, plotClassMap } from './plot-class-map.js';
export { type Curve, type CurveOptions, plotCurves } from './plot-curves.js';
export { type Matrix, type MatrixOptions, plotMatrix } from './plot-matrix.js';
export { plotRanges, type Range, type RangeOptions, type Spread } from './plot-ranges.js';
export { plotValueMap, type ValueMap, type ValueMapOptions } from './plot-value-map.js';
