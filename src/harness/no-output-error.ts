import { ConfigError } from '../common/config-error.ts';

/** A file that can be read and is something else than an output of promptfoo. */
export class NoOutputError extends ConfigError {
  constructor(file: string) {
    super(
      `${file} is no output of promptfoo; write one with promptfoo eval -o <name>.json or -o <name>.jsonl`,
    );
  }
}
