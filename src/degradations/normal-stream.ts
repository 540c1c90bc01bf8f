import { Mt19937 } from './mt19937.ts';

/**
 * Standard normal numbers by Marsaglia's polar method over MT19937, as numpy's legacy generator
 * draws them: of each pair the second is given first, the first kept for the next draw.
 */
export class NormalStream {
  readonly #generator: Mt19937;
  #kept = 0;
  #hasKept = false;

  /** @param seed unsigned 32-bit integer */
  constructor(seed: number) {
    this.#generator = new Mt19937(seed);
  }

  /** Fills `row` with `location + scale * z`, z the next normals. */
  fill(row: Float64Array, location: number, scale: number): void {
    const generator = this.#generator;
    let index = 0;
    if (this.#hasKept && row.length > 0) {
      row[index++] = location + scale * this.#kept;
      this.#hasKept = false;
    }
    while (index < row.length) {
      let x1: number;
      let x2: number;
      let r2: number;
      do {
        x1 = 2 * generator.uniform() - 1;
        x2 = 2 * generator.uniform() - 1;
        r2 = x1 * x1 + x2 * x2;
      } while (r2 >= 1 || r2 === 0);
      const f = Math.sqrt((-2 * Math.log(r2)) / r2);
      row[index++] = location + scale * (f * x2);
      if (index < row.length) {
        row[index++] = location + scale * (f * x1);
      } else {
        this.#kept = f * x1;
        this.#hasKept = true;
      }
    }
  }
}
