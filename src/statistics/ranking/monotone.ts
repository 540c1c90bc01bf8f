/**
 * The nearest numbers that never rise, by least squares with weights: neighbours that rise are replaced by their
 * weighted mean until none is left (pool adjacent violators; Ayer et al. 1955).
 *
 * @param weights above 0, one a number
 * @example
 * monotone([3, 1, 2], [1, 1, 1]); // [3, 1.5, 1.5]
 */
export function monotone(values: readonly number[], weights: readonly number[]): number[] {
  const pools: { value: number; weight: number; size: number }[] = [];
  for (const [i, value] of values.entries()) {
    let pool = { value, weight: weights[i]!, size: 1 };
    for (let above = pools.at(-1); above && above.value < pool.value; above = pools.at(-1)) {
      pools.pop();
      const weight = above.weight + pool.weight;
      pool = {
        value: (above.weight * above.value + pool.weight * pool.value) / weight,
        weight,
        size: above.size + pool.size,
      };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ value, size }) => Array<number>(size).fill(value));
}
