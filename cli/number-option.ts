import { InvalidArgumentError } from 'commander';

interface Bounds {
  /** Included, as `most` is. */
  least?: number;
  most?: number;
  /** Not included, as `below` is not. */
  above?: number;
  below?: number;
  isWhole?: boolean;
}

/** Reads a number that an option takes. */
export const numberOption =
  (name: string, { isWhole = false, ...bounds }: Bounds) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!isInside(value, bounds) || (isWhole && !Number.isInteger(value))) {
      const kind = isWhole ? 'a whole number' : 'a number';
      throw new InvalidArgumentError(`${name} takes ${kind} ${boundsText(bounds)}.`);
    }
    return value;
  };

const isInside = (value: number, { least, most, above, below }: Bounds): boolean =>
  !Number.isNaN(value) &&
  (least === undefined || value >= least) &&
  (most === undefined || value <= most) &&
  (above === undefined || value > above) &&
  (below === undefined || value < below);

function boundsText({ least, most, above, below }: Bounds): string {
  const parts = [
    least === undefined ? '' : `of at least ${least}`,
    most === undefined ? '' : `of at most ${most}`,
    above === undefined ? '' : `above ${above}`,
    below === undefined ? '' : `below ${below}`,
  ];
  return parts.filter((part) => part !== '').join(' and ');
}
