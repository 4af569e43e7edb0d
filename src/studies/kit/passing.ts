/**
 * Classes of layers that only pass on values: they arrange them in another way, or change them in training alone. They are
 * named here because the studies only ask where values come from, whatever the mirrors of these classes are.
 */
export const PASSING: RegExp = /^(Flatten|Reshape|Permute|Identity|\w*Dropout\w*|\w*Noise\w*)$/;
