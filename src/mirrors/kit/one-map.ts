import type { Tensor } from '@tensorflow/tfjs-core';
import type { Mirror } from '../mirror.js';

/** The prepared weights that one feature map goes through. With them, `down` takes a signal of that one channel. */
export type OfMap = (prepared: readonly Tensor[], featureMap: number) => Tensor[];

/** What the library knows about single feature maps in a mirror of its own. */
interface OneMap {
  /** Each feature map of the signal below is made only from the map of the same number, and is zero if that map is. */
  readonly keepsMaps?: true;
  readonly ofMap?: OfMap;
}

/** A symbol, so that no member of a user's mirror can be taken for it. */
const ONE_MAP = Symbol('oneMap');

interface Knowing extends Mirror {
  /** Answers only for the object that it was made for, with the `down` that it was made for. */
  readonly [ONE_MAP]?: (asked: Mirror) => OneMap | undefined;
}

/**
 * Marks a mirror in which each feature map of the signal below is made only from the map of the same number.
 *
 * A seed lies in one feature map of its layer, and all other maps are zero. Below mirrors that keep maps this is still
 * so, and the first filter step need not convolve the zeros. The mark is for this object and this `down` only. A copy,
 * a wrapper or a mirror whose `down` was replaced is not marked, because it may write to the other maps.
 */
export function keepingMaps<Kind extends Mirror>(mirror: Kind): Kind {
  return knowing(mirror, { keepsMaps: true });
}

/**
 * Adds to a filter mirror how to choose the prepared weights of one feature map. A copy or a wrapper does not have it.
 */
export function withMapWeights<Kind extends Mirror>(mirror: Kind, ofMap: OfMap): Kind {
  return knowing(mirror, { ofMap });
}

/** Whether a signal that lies in one feature map still does so below a mirror. */
export function keepsMaps(mirror: Mirror): boolean {
  return oneMapOf(mirror)?.keepsMaps === true;
}

/** How to choose the prepared weights of one feature map; undefined if the mirror has to be given all maps. */
export function ofMapIn(mirror: Mirror): OfMap | undefined {
  return oneMapOf(mirror)?.ofMap;
}

function knowing<Kind extends Mirror>(mirror: Kind, known: OneMap): Kind {
  const { down } = mirror;
  const own: Kind & Knowing = {
    ...mirror,
    [ONE_MAP]: (asked: Mirror) => (asked === own && asked.down === down ? known : undefined),
  };
  return own;
}

function oneMapOf(mirror: Mirror): OneMap | undefined {
  return (mirror as Knowing)[ONE_MAP]?.(mirror);
}
