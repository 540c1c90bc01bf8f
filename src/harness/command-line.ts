import { parseArgs } from 'node:util';

/**
 * What promptfoo was started with. It hands its options to no hook, provider or generator, so this is the one
 * place that reads them where promptfoo does: on the command line of the process.
 *
 * @returns without the program; in a process that is none of promptfoo's command line, what that one has
 */
export const promptfooArguments = (): readonly string[] => process.argv.slice(2);

/** The value of an option: `--resume x`, `--resume=x`; undefined where it is not there or has none. */
export function argumentOf(commandLine: readonly string[], option: string): string | undefined {
  const joined = commandLine.find((argument) => argument.startsWith(`${option}=`));
  if (joined) return joined.slice(option.length + 1);
  const position = commandLine.indexOf(option);
  const next = position >= 0 ? commandLine[position + 1] : undefined;
  return next === undefined || next.startsWith('-') ? undefined : next;
}

/** The evaluation of `promptfoo retry <id> -c configs/gate.yaml`; undefined under another command. */
export function retriedEvaluation(commandLine: readonly string[]): string | undefined {
  const value = { type: 'string' } as const;
  const { positionals } = parseArgs({
    args: [...commandLine],
    strict: false,
    allowPositionals: true,
    options: {
      config: { ...value, short: 'c' },
      delay: value,
      'max-concurrency': value,
      'env-file': value,
      'env-path': value,
    },
  });
  return positionals[0] === 'retry' ? positionals[1] : undefined;
}

const OUTPUT = /^(?:-o|--output)(?:=?(?<path>.*))$/s;

/** The files after `-o` and `--output`: `-o a b`, `--output=a`, `-oa`. */
export function outputsIn(commandLine: readonly string[]): string[] {
  const outputs: string[] = [];
  let isList = false;
  for (const word of commandLine) {
    const path = OUTPUT.exec(word)?.groups?.path;
    if (path) outputs.push(path);
    else if (isList && !word.startsWith('-')) outputs.push(word);
    if (word.startsWith('-')) isList = path === '';
  }
  return outputs;
}

/** What may be a configuration file: the files named, and the one that promptfoo reads where none is. */
export const configFilesIn = (commandLine: readonly string[]): string[] =>
  [...commandLine.map((word) => word.slice(word.indexOf('=') + 1)), 'promptfooconfig.yaml'].filter(
    (word) => /\.(ya?ml|json)$/.test(word),
  );
