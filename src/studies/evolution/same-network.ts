/** A layer, as far as it must be the same at all checkpoints. */
interface LayerSummary {
  readonly name: string;
  readonly className: string;
  readonly shape: string;
}

/** In what two networks differ, as the end of a sentence; undefined if they have the same layers. */
export function differenceOfNetworks(a: readonly LayerSummary[], b: readonly LayerSummary[]): string | undefined {
  if (a.length !== b.length) return `it has ${b.length} layers instead of ${a.length}`;
  for (const [i, { name, className, shape }] of a.entries()) {
    const other = b[i]!;
    if (other.name !== name) return `its layer ${i} is '${other.name}' instead of '${name}'`;
    if (other.className !== className) return `its layer '${name}' is a ${other.className} instead of a ${className}`;
    if (other.shape !== shape) return `the output of its layer '${name}' is ${other.shape} instead of ${shape}`;
  }
  return undefined;
}
