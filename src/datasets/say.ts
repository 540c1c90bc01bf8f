import { oneLine } from '../common/one-line.ts';

/** Says something on a line of stderr; what a list puts into it cannot end the line or steer a terminal. */
export function say(line: string): void {
  process.stderr.write(`${oneLine(line)}\n`);
}
