/** For `refine` of what a score is held to: whether there is a score that passes. */
export const isPassable = ({
  min,
  max,
}: {
  min?: number | undefined;
  max?: number | undefined;
}): boolean => min === undefined || max === undefined || min <= max;

export const NOTHING_PASSES = {
  path: ['min'],
  error: 'min is above max, so that no score passes',
};
