import { createRequire } from 'node:module';

/** What is used of the Cephes library (Moshier), compiled to WebAssembly. */
interface Cephes {
  erfc(x: number): number;
  /** z with P(Z < z) = p. */
  ndtri(p: number): number;
  /** P(T < t) with a whole number of degrees of freedom. */
  stdtr(degreesOfFreedom: number, t: number): number;
  /** t with P(T < t) = p. */
  stdtri(degreesOfFreedom: number, p: number): number;
}

// As a CommonJS module it is ready at once; the other form compiles later, and every importer would wait.
export const cephes = createRequire(import.meta.url)('cephes') as Cephes;
