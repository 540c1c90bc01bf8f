import Table from 'cli-table3';

/** A table without lines, for a terminal; numbers to the right. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const edges = ['top', 'bottom'].flatMap((edge) => [
    edge,
    ...['mid', 'left', 'right'].map((place) => `${edge}-${place}`),
  ]);
  const none = [...edges, 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const isNumeric = (column: number) =>
    rows.length > 0 && rows.every((row) => /^[-\d<~$]/.test(String(row[column] ?? '')));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
    style: { head: [], border: [] },
    chars: { ...Object.fromEntries(none.map((name) => [name, ''])), middle: ' ' },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** An amount of money in US dollars; null is unknown. */
export const usd = (amount: number | null | undefined): string =>
  amount === null || amount === undefined ? 'unknown' : `$${amount.toFixed(amount < 1 ? 4 : 2)}`;

/** A whole number with thousands separated. */
export const count = (amount: number): string => amount.toLocaleString('en-US');
