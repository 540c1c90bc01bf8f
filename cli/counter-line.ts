/** Counts on one line of a terminal, and says nothing where stderr is not one. */
export interface Progress {
  advance(): void;
  /** Takes the line away. */
  end(): void;
}

/** @param what is counted: `degraded copies` */
export function createProgress(what: string, total: number): Progress {
  if (!process.stderr.isTTY) return { advance() {}, end() {} };
  let done = 0;
  const show = (text: string) => process.stderr.write(`\r\x1b[K${text}`);
  show(`0 of ${total} ${what}`);
  return {
    advance() {
      done += 1;
      show(`${done} of ${total} ${what}`);
    },
    end: () => show(''),
  };
}
