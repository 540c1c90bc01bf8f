/** Major and minor version of Node that this package needs; `engines` in package.json says the same. */
const NEEDED = [22, 22] as const;

/**
 * Why the commands do not run under a version of Node, in one line; undefined: they do. It imports nothing, so that
 * an old Node gets as far as this sentence.
 *
 * @param running as in `process.versions.node`
 */
export function whyNotUnder(running: string): string | undefined {
  const [major = 0, minor = 0] = running.split('.').map(Number);
  const isEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  if (isEnough) return undefined;
  return `promptfoo-iqa needs Node ${NEEDED.join('.')} or newer, as promptfoo does, and this is ${running}; install a newer one (https://nodejs.org), or let the project have its own: npm install node@24, and its scripts and npx use it`;
}
