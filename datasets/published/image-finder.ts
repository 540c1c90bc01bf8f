/**
 * Finds the file of an image by the first of its names that is there, exactly or but for the case of
 * its letters: none, one, or several that differ in nothing else.
 */
export function imageFinder(
  files: readonly string[],
): (names: readonly string[]) => readonly string[] {
  const exact = new Set(files);
  const byLowerCase = Map.groupBy(files, (file) => file.toLowerCase());
  return (names) => {
    const found = names.find((name) => exact.has(name));
    if (found !== undefined) return [found];
    const alike = names.map((name) => byLowerCase.get(name.toLowerCase()) ?? []);
    return alike.find(({ length }) => length > 0) ?? [];
  };
}
