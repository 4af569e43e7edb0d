import type { Deconvnet } from 'deconvnet';
import { occlusion } from 'deconvnet/studies';
import type { OcclusionRequest, OcclusionView, StudiedProjection } from '../../protocol-studies';
import { drawTiles } from '../draw-tiles';
import type { SeenPicture } from '../see-picture';
import type { Studying } from './running-study';

/** Covers a picture with a square at one place after another, and projects the feature map that is watched. */
export async function cover(
  deconvnet: Deconvnet,
  { image, picture }: SeenPicture,
  { picture: named, layer, featureMap, size, stride, fill, drawing }: OcclusionRequest,
  studying: Studying,
): Promise<OcclusionView> {
  const found = await occlusion(
    deconvnet,
    { ...named, image },
    {
      ...{ layer, featureMap, fill, ...studying },
      ...(size !== undefined && { size }),
      ...(stride !== undefined && { stride }),
    },
  );
  const canProject = deconvnet.layers.find(({ name }) => name === layer)?.blockedBy === null;
  return { ...found, picture, projection: canProject ? await project() : null };

  async function project(): Promise<StudiedProjection> {
    const projection = await deconvnet.project(image, { layer, featureMap, position: 'strongest' });
    try {
      const [drawn] = await drawTiles([projection], { ...drawing, scale: 'each' });
      const { empty, activation, rule } = projection;
      return { drawn: drawn!, scale: drawn!.scale, empty, activation, rule };
    } finally {
      projection.dispose();
    }
  }
}
