/** A frame, as far as it matters for jumps. */
interface Jumping {
  readonly layer: string;
  readonly featureMap: number;
  readonly strongest?: { readonly id: string; readonly jumped: boolean };
}

/**
 * Marks the frames of a checkpoint whose activation comes from another picture than at the checkpoint before. Where the
 * feature map fired on no picture then, the last checkpoint counts at which it fired. The first picture of a feature map is not a jump.
 *
 * @param former the pictures of the feature maps at the checkpoints before; those of this checkpoint are put into it
 */
export function markJumps<Frame extends Jumping>(frames: readonly Frame[], former: Map<string, string>): Frame[] {
  return frames.map((frame) => {
    const { layer, featureMap, strongest } = frame;
    if (!strongest) return frame;
    const key = `${layer} ${featureMap}`;
    const jumped = (former.get(key) ?? strongest.id) !== strongest.id;
    former.set(key, strongest.id);
    return { ...frame, strongest: { ...strongest, jumped } };
  });
}
