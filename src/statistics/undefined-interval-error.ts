/** A confidence interval that does not exist: too few independent units, or too many undefined draws. */
export class UndefinedIntervalError extends Error {
  override readonly name = 'UndefinedIntervalError';
}
