import type { Judge } from '../judges/judge.ts';
import type { RowCall, RowScores } from './score-rows.ts';

/** Rows under each prompt whose questions are asked to learn how long one takes. */
const ROWS_TIMED = 2;

/**
 * For an estimate of a judge that costs time instead of money: asks a question about each of the first
 * rows under a prompt, one after the other.
 *
 * @returns nothing for other judges and further rows
 * @throws Error what the judge says
 */
export function createQuestionTimer(
  judge: Pick<Judge, 'isTimed'>,
  rows: Pick<RowScores, 'check'>,
): (call: RowCall) => Promise<{ secondsPerCall?: number }> {
  const timed = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();
  return async (call) => {
    const { label } = call.context.prompt;
    const before = timed.get(label) ?? 0;
    if (!judge.isTimed || before >= ROWS_TIMED) return {};
    timed.set(label, before + 1);
    const turn = last.then(() => rows.check(call));
    last = turn.catch(() => {});
    const answered = await turn;
    if (answered.error !== undefined) throw new Error(answered.error);
    const { latencyMs } = answered;
    return latencyMs === undefined ? {} : { secondsPerCall: latencyMs / 1000 };
  };
}
