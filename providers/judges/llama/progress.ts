/** How far a run of questions is, told in one line now and then. */
export interface Progress {
  /** So many more questions will be asked. */
  plan(questions: number): void;
  /** One has been answered, or has failed. */
  advance(): void;
}

const TELL_EVERY_MS = 30_000;

/**
 * @param tell gets `12 of 320 questions, 3.1 s each, done at about 14:32`
 * @param now milliseconds; for tests
 */
export function createProgress(
  tell: (line: string) => void,
  now: () => number = () => Date.now(),
): Progress {
  let planned = 0;
  let done = 0;
  let beganAt: number | undefined;
  let toldAt = 0;
  return {
    plan(questions) {
      planned += questions;
    },
    advance() {
      // The first answer is waited for longer: what is measured is from it on.
      if (beganAt === undefined) {
        beganAt = now();
        toldAt = beganAt;
        done = 1;
        return;
      }
      done += 1;
      const time = now();
      if (time - toldAt < TELL_EVERY_MS) return;
      toldAt = time;
      const secondsEach = (time - beganAt) / 1000 / (done - 1);
      const share = planned > done ? `${done} of ${planned}` : String(done);
      const end =
        planned > done
          ? `, done at about ${clock(time + (planned - done) * secondsEach * 1000)}`
          : '';
      tell(`${share} questions, ${secondsEach.toPrecision(2)} s each${end}`);
    },
  };
}

function clock(timeMs: number): string {
  const at = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = timeMs - Date.now() > 20 * 3_600_000 ? ` on ${at.toDateString()}` : '';
  return `${two(at.getHours())}:${two(at.getMinutes())}${day}`;
}
