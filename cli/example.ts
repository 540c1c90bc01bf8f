/** How the commands are called: in a checkout, or where the package is installed. */
const INVOCATION = import.meta.url.endsWith('.ts') ? 'npm run iqa --' : 'npx promptfoo-iqa';

/** Examples for the end of a command's help, one line each. */
export const example = (...lines: readonly string[]): string =>
  `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  ${INVOCATION} ${line}`).join('\n')}`;
