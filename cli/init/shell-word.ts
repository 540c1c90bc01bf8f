/**
 * A path as a shell takes it for one word. Double quotes serve every shell, but a shell of Unix reads signs in them too:
 * there it takes single ones.
 */
export function shellWord(path: string): string {
  if (/^[\w./\\:-]+$/.test(path)) return path;
  return /["$`!]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : `"${path}"`;
}
