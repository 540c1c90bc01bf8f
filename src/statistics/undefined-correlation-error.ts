/** A correlation that does not exist: too few pairs, or a vector without variation. */
export class UndefinedCorrelationError extends Error {
  override readonly name = 'UndefinedCorrelationError';
}
