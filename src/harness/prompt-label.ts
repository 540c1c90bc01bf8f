/**
 * What a prompt is called: its label, or the file that it was read from. promptfoo labels a prompt of a file
 * without a label of its own `<path>: <beginning of its text>`; the text of a broken file as it stands.
 */
export const promptFileName = (label: string): string =>
  label.replace(/(?<=\.ya?ml): [\s\S]*$|: \{[\s\S]*$/, '');

/** How errors begin that are about a prompt: `prompt qdebias`, or `prompt` where it has no label. */
export const promptNamed = (label: string): string =>
  label === '' ? 'prompt' : `prompt ${promptFileName(label)}`;
