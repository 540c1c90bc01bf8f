/**
 * Degradations in WebAssembly SIMD, equal to the bit to the TypeScript in test/degradations/reference,
 * which says what each computes and why; comments here name its files. Written in AssemblyScript;
 * `npm run wasm` compiles it.
 */
export { fogRow, largestByte, makeFog } from './fog';
export { liquidField } from './liquid';
export { logarithmsOf } from './logarithm';
export { releaseAll, reserve } from './memory';
export { saturate } from './saturate';
export { cleanBytes, coverPixels, mudMask } from './spatter-mud';
export { brightenRow } from './spatter-water';
export { squaredError } from './squared-error';
export { unitsOf } from './units';
export { waterRelief } from './water-relief';
export { zoomBlur } from './zoom-blur';
