import type { JudgeError } from './judge-error.ts';

/** A wrong key and an unknown model do not become right within a run. */
const FINAL_STATUSES: readonly number[] = [401, 404];

/** Remembers, for one judge, the refusal after which no call makes sense. */
export interface FinalRefusal {
  /** @throws JudgeError the same one, once there was a final refusal */
  throwIfRefused(): void;
  note(status: number, error: JudgeError): void;
}

export function createFinalRefusal(): FinalRefusal {
  let refusal: JudgeError | undefined;
  return {
    throwIfRefused() {
      if (refusal) throw refusal;
    },
    note(status, error) {
      if (FINAL_STATUSES.includes(status)) refusal ??= error;
    },
  };
}
