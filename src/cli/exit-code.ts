/** The exit codes of the bin, which its `--help` documents. */
export const EXIT = { ok: 0, bug: 1, usage: 2, input: 3, peer: 4, interrupted: 130, terminated: 143 } as const;

/** The exit code for each error code of the library. All other codes are bugs. */
const kinds: readonly (readonly [number, readonly string[]])[] = [
  [
    EXIT.usage,
    [
      'invalid-option',
      'unsupported-option',
      'unknown-layer',
      'feature-map-out-of-range',
      'position-out-of-range',
      'write-failed',
      'run-unknown',
      'path-refused',
    ],
  ],
  [
    EXIT.input,
    [
      'model-not-found',
      'model-unreadable',
      'graph-model',
      'weights-mismatch',
      'not-a-layers-model',
      'unsupported-layer',
      'unsupported-topology',
      'pictures-not-found',
      'picture-unreadable',
      'input-unknown',
      'shape-mismatch',
      'not-finite',
      'empty-source',
      'duplicate-id',
      'source-missing',
      'state-mismatch',
      'state-unreadable',
    ],
  ],
  [EXIT.peer, ['missing-peer', 'backend-unavailable', 'worker-failed', 'queue-unreachable', 'part-failed']],
];

/** The exit code for an error of the library. */
export function exitCodeOf(code: string): number {
  return kinds.find(([, codes]) => codes.includes(code))?.[0] ?? EXIT.bug;
}

/** The end of the main `--help`. */
export const EXIT_HELP = `
Exit codes:
  0    it worked
  1    a bug in deconvnet, printed with its stack
  2    wrong usage: an unknown option, layer or feature map, or an output that cannot be written
  3    the model, the pictures, a state or a checkpoint cannot be used, or the input format is unknown
  4    an optional package is missing or does not start, workers fail, or the server of a queue does not answer
  130  interrupted (143: terminated)
`;
