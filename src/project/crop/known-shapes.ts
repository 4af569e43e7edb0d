import type { Network, NetworkNode } from '../../network/network.js';
import { isShapeMisstated } from '../../network/tfjs-faults.js';
import type { Shapes } from './crop.js';

/**
 * The shapes of all outputs for one image, before anything is run. The model states them. If it takes any size, its
 * layers compute them from the shapes of the inputs. Null if they cannot be known.
 */
export function knownShapes(
  { nodes, inputs: entries }: Network,
  inputs: readonly { readonly shape: readonly number[] }[],
): Shapes | null {
  if (nodes.some(isShapeMisstated)) return null;
  const shapes: number[][] = [];
  for (const node of nodes) {
    const entry = entries.indexOf(node.index);
    const shape = entry >= 0 ? inputs[entry]!.shape : (stated(node) ?? computed(node, shapes));
    if (!shape?.slice(1).every((size) => Number.isInteger(size))) return null;
    shapes[node.index] = [1, ...shape.slice(1)];
  }
  return shapes;
}

function stated({ outputShape }: NetworkNode): readonly number[] | undefined {
  return outputShape.slice(1).every((size) => size !== null) ? (outputShape as number[]) : undefined;
}

/** A class of the user's own may be unable to compute its output shape. If so, its network is run whole. */
function computed({ layer, inputs }: NetworkNode, shapes: readonly number[][]): number[] | null {
  const below = inputs.map((input) => shapes[input]!);
  try {
    const shape = layer.computeOutputShape(below.length === 1 ? below[0]! : below);
    return Array.isArray(shape[0]) ? null : (shape as number[]);
  } catch {
    return null;
  }
}
