/** Counts on one line of a terminal; where stderr is none, such as a log of CI, in a line a minute. */
export interface Progress {
  advance(): void;
  /** Takes the line away. */
  end(): void;
}

const IN_LOG_MS = 60_000;

/** @param what is counted: `degraded copies` */
export function createProgress(what: string, total: number): Progress {
  let done = 0;
  const counted = () => `${done} of ${total} ${what}`;
  if (!process.stderr.isTTY) {
    const timer = setInterval(() => process.stderr.write(`progress: ${counted()}\n`), IN_LOG_MS);
    // What ends does not wait for its progress.
    timer.unref();
    return {
      advance() {
        done += 1;
      },
      end: () => clearInterval(timer),
    };
  }
  const show = (text: string) => process.stderr.write(`\r\x1b[K${text}`);
  show(counted());
  return {
    advance() {
      done += 1;
      show(counted());
    },
    end: () => show(''),
  };
}
