/** What a ReLU lets through on the way down, by rule: `signal` is what arrives, `output` what it gave on the way up. */
export const reluDown = {
  deconvnet: (signal: number): number => Math.max(signal, 0),
  guided: (signal: number, output: number): number => (output > 0 ? Math.max(signal, 0) : 0),
  gradient: (signal: number, output: number): number => (output > 0 ? signal : 0),
} as const;

export type OracleRule = keyof typeof reluDown;
