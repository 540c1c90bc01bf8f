/** Names that differ: each with how often it has stood before. */
export function numbered(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return JSON.stringify([name, before]);
  });
}
