import { checkValue } from '../../errors/check-options.js';
import type { SourceItem } from '../../mine/image-source.js';

/**
 * Checks one picture that a study is given. It stays the caller's, also if it is not right.
 *
 * @param what the study, for the message
 * @throws DeconvnetError `invalid-option`.
 */
export function checkPicture(what: string, item: SourceItem): SourceItem {
  const isImage = typeof item?.image === 'object' && item.image !== null;
  checkValue(typeof item?.id === 'string' && isImage, `${what} takes a picture as { id: string, image: Tensor }`, item);
  return item;
}
