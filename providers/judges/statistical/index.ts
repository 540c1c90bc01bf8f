export { features, type StatisticalFeatures } from './features.ts';
export { quality, qualityIndex, relativeQuality } from './quality.ts';
