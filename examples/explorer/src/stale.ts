import type { State } from './state';

/** Whether the page waits for something to compute: a network and a picture are there, or on their way. */
export function isAwaited({ network, pictures, isLive }: State): boolean {
  if (!network) return true;
  return network.inputFormat !== null && (isLive || pictures.length > 0);
}

/** Whether the picture that is shown as the network sees it is not the chosen one. */
export function isPictureStale({ seen, seenId, pictureId }: State): boolean {
  return !seen || seenId !== pictureId;
}

/** Whether the feature maps that are there belong to another layer or picture than the chosen ones. */
export function areMapsStale({ maps, layer, pictureId }: State): boolean {
  return !maps || maps.layer !== layer || maps.pictureId !== pictureId;
}

/** Whether the projection that is there is of another feature map, picture, place or rule than the chosen ones. */
export function isProjectionStale(state: State): boolean {
  const { projection, layer, featureMap, pictureId, position, rule } = state;
  if (!projection || projection.layer !== layer || projection.featureMap !== featureMap) return true;
  if (projection.pictureId !== pictureId) return true;
  // The camera decides itself what it projects.
  if (state.isLive) return false;
  const isElsewhere =
    position === 'strongest' ? projection.position === 'all' : String(projection.position) !== String(position);
  return isElsewhere || projection.rule !== rule;
}
