/** An amount of money in US dollars; null is unknown. */
export const usd = (amount: number | null | undefined): string =>
  amount === null || amount === undefined ? 'unknown' : `$${amount.toFixed(amount < 1 ? 4 : 2)}`;

/** A whole number with thousands separated. */
export const count = (amount: number): string => amount.toLocaleString('en-US');
