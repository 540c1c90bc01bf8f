export { features, type StatisticalFeatures } from './features.ts';
export { preference, quality, qualityIndex, relativeQuality } from './quality.ts';
