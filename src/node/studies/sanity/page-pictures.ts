import { figure, framedImage, type Html, image, type PageImage } from '../kit/study-page.js';
import type { DrawnFile } from './draw-pixels.js';
import type { EdgesRecord } from './edges-part.js';
import type { KeptProjection } from './sanity-records.js';

/** What is known of a picture for its figure. */
type PictureOfPage = Pick<EdgesRecord, 'id' | 'picture' | 'extent'>;

/** The longer side of a projection, and of a picture, on the page, in pixels. */
const SIDE = 120;
const PICTURE_SIDE = 200;

/** A drawing in a cell of a table; a word if there is none, because the projection is zero everywhere. */
export function drawing(drawn: DrawnFile | undefined, alt: string): Html {
  if (!drawn) return 'empty';
  const scale = SIDE / Math.max(drawn.width, drawn.height);
  const size = { width: Math.round(drawn.width * scale), height: Math.round(drawn.height * scale) };
  return image({ file: drawn.file, ...size, alt, crisp: scale > 1 });
}

/** The picture. */
export function pictureAlone(edges: PictureOfPage): Html {
  return figure(image(pictureImage(edges)), edges.id);
}

/** The picture, with a frame around the pixels that an activation sees. */
export function pictureFigure(
  edges: PictureOfPage,
  { box, featureMap, position }: Pick<KeptProjection, 'box' | 'featureMap' | 'position'>,
  layer: string,
): Html {
  const [height, width] = edges.extent;
  const one = pictureImage(edges);
  const whole = box.bottom - box.top === height && box.right - box.left === width;
  const at = position.length === 0 ? '' : ` at position ${position.join(', ')}`;
  return figure(
    whole ? image(one) : framedImage(one, box, { height, width }),
    `${edges.id}. Projected here: feature map ${featureMap} of ${layer}${at}. ${whole ? 'It sees the whole picture.' : 'It sees the pixels in the frame.'}`,
  );
}

function pictureImage({ id, picture, extent: [height, width] }: PictureOfPage): PageImage {
  const scale = PICTURE_SIDE / Math.max(height, width);
  return {
    ...{ file: picture, alt: `The picture ${id}`, crisp: scale > 1 },
    ...{ width: Math.round(width * scale), height: Math.round(height * scale) },
  };
}
