/** The first bytes of what `PatchMiner.save` writes. */
export const STATE_MAGIC = 'deconvnet miner\n';
