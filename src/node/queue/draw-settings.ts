/** How the parts of a gallery are made, without anything that depends on a machine. */
export interface DrawSettings {
  readonly kind: 'draw';
}
