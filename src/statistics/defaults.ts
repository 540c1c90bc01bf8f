/** Of every bootstrap, unless somebody says otherwise. */
export const DEFAULT_DRAWS = 2000;
/** Two-sided. */
export const DEFAULT_CONFIDENCE = 0.95;
