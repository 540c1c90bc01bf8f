import Table from 'cli-table3';

/**
 * A table without lines, for a terminal.
 *
 * @param alignments of the columns; where they are left out, numbers stand to the right
 */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  alignments: readonly ('left' | 'right')[] = head.map((_, column) =>
    rows.length > 0 && rows.every((row) => /^[-\d<~$]/.test(String(row[column] ?? '')))
      ? 'right'
      : 'left',
  ),
): string {
  const edges = ['top', 'bottom'].flatMap((edge) => [
    edge,
    ...['mid', 'left', 'right'].map((place) => `${edge}-${place}`),
  ]);
  const none = [...edges, 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const table = new Table({
    head: [...head],
    colAligns: [...alignments],
    style: { head: [], border: [] },
    chars: { ...Object.fromEntries(none.map((name) => [name, ''])), middle: ' ' },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
