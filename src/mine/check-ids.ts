import { checkValue, describeValue } from '../errors/check-options.js';
import { counted } from '../errors/counted.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/**
 * Checks the ids and labels of a batch.
 *
 * @throws DeconvnetError `shape-mismatch`, `invalid-option`, `duplicate-id`.
 */
export function checkIds(ids: readonly string[], labels: readonly unknown[], images: number): void {
  if (!Array.isArray(ids) || ids.length !== images || !ids.every((id) => typeof id === 'string')) {
    const odd = Array.isArray(ids) && ids.find((id) => typeof id !== 'string');
    const given = !Array.isArray(ids) || ids.length !== images ? ids : `a list with ${describeValue(odd)}`;
    throw new DeconvnetError(
      'shape-mismatch',
      `A batch of ${counted(images, 'image')} needs as many ids, a list of strings; this is ${given === ids ? describeValue(ids) : given}.`,
    );
  }
  checkValue(
    Array.isArray(labels),
    'labels is a list of strings, one for each image, with undefined for an image without a label',
    labels,
  );
  if (labels.length !== 0 && labels.length !== images) {
    throw new DeconvnetError(
      'shape-mismatch',
      `A batch of ${counted(images, 'image')} has ${counted(labels.length, 'label')}.`,
    );
  }
  const odd = labels.find((label) => label !== undefined && typeof label !== 'string');
  if (odd !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `A label is a string, or undefined for an image without one; this is ${describeValue(odd)}.`,
    );
  }
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) {
      throw new DeconvnetError(
        'duplicate-id',
        `Two images of one batch have the id '${id}'; ids must be unique in the data set.`,
      );
    }
    seen.add(id);
  }
}
