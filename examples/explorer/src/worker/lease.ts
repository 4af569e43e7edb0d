/** Something that is used by calls in flight, and disposed when it has been replaced and the last of them is over. */
export class Lease<Value extends { dispose(): void }> {
  readonly #value: Value;
  #users = 0;
  #retired = false;

  constructor(value: Value) {
    this.#value = value;
  }

  async use<Result>(work: (value: Value) => Promise<Result>): Promise<Result> {
    this.#users++;
    try {
      return await work(this.#value);
    } finally {
      this.#users--;
      this.#disposeWhenFree();
    }
  }

  retire(): void {
    this.#retired = true;
    this.#disposeWhenFree();
  }

  #disposeWhenFree(): void {
    if (this.#retired && this.#users === 0) this.#value.dispose();
  }
}
