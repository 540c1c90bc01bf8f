import { CORRELATION_KEY, SOURCE_KEY } from './row-keys.ts';

/**
 * Text of a list or a file name on its way through promptfoo. promptfoo takes a row's vars for more than
 * data: it fills in `{{x}}`, renders what looks like a template, loads or runs the file that `file://`
 * names and the function that `package:` names. So a loader hands out such text with an invisible mark
 * inside what promptfoo looks for, and whoever reads it takes the marks out again. What nobody would take
 * for a template, which is nearly every text, is handed out as it is.
 */

/** U+E0001, which Unicode has deprecated and which is drawn as nothing. A mark that a text has already is doubled. */
const MARK = '\u{e0001}';

/** What starts a template, and the one end that is an error by itself. */
const TEMPLATE = /\{(?=[{%#])|#(?=\})/g;
/** What promptfoo looks for at a text's start. */
const REFERENCE = /^(?=file:\/\/|package:)/;
/** What promptfoo cuts off. */
const LAST_LINE_BREAK = /\n$/;

/** The text as promptfoo may have it: read by nothing there as anything else than a text. */
export const shielded = (text: string): string =>
  text
    .replaceAll(MARK, MARK + MARK)
    .replace(TEMPLATE, `$&${MARK}`)
    .replace(REFERENCE, MARK)
    .replace(LAST_LINE_BREAK, `\n${MARK}`);

/** The text again, also where it stands inside another, such as a prompt. */
export const unshielded = (text: string): string =>
  text.replace(new RegExp(`${MARK}(${MARK})?`, 'gu'), '$1');

/** The vars that a loader gives a row. */
const LOADED_VARS: ReadonlySet<string> = new Set([
  ...['image', 'mos', 'dataset', 'group'],
  ...['first', 'second', 'share', 'raters'],
]);

/** As many times promptfoo goes over the vars. */
const DEEPEST_REFERENCE = 5;

interface Test<Vars> {
  vars?: Vars | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** Whether a row's vars come from a data set's loader and not from the hand of whoever wrote the configuration. */
export const isLiteral = (metadata: Record<string, unknown> | undefined): boolean =>
  metadata?.[SOURCE_KEY] !== undefined || metadata?.[CORRELATION_KEY] !== undefined;

/** The vars of a test or of a result as its data set's loader found them; those of any other as they are. */
export const literalVars = <Vars extends object>({ vars, metadata }: Test<Vars>): Vars =>
  mapped(vars ?? ({} as Vars), isLiteral(metadata) ? unshielded : undefined);

/** A row that a loader handed to promptfoo, as it found it. */
export const literalRow = <Row extends Test<object>>(row: Row): Row => ({
  ...row,
  vars: literalVars(row),
});

/** The vars with which a loader hands a row to promptfoo. */
export const shieldedVars = <Vars extends object>(vars: Vars): Vars => mapped(vars, shielded);

function mapped<Vars extends object>(vars: Vars, change?: (text: string) => string): Vars {
  if (!change) return vars;
  const entries = Object.entries(vars).map(([name, value]) => [
    name,
    typeof value === 'string' ? change(value) : value,
  ]);
  return Object.fromEntries(entries) as Vars;
}

/**
 * A row's vars as promptfoo fills in those that were written by hand: each `{{name}}` by the var of that
 * name, whose own text is filled in before, unless a loader found it.
 */
export function filledIn(vars: Record<string, unknown>, isLoaded = false): Record<string, unknown> {
  const fill = (name: string, depth: number): unknown => {
    const value = vars[name];
    const isText = typeof value === 'string' && !(isLoaded && LOADED_VARS.has(name));
    if (!isText || depth > DEEPEST_REFERENCE) return value;
    return value.replace(/\{\{\s*(\w+)\s*\}\}/g, (reference, other) =>
      vars[other] === undefined ? reference : String(fill(other, depth + 1)),
    );
  };
  return Object.fromEntries(Object.keys(vars).map((name) => [name, fill(name, 0)]));
}
