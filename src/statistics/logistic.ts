/** Parameters b1, b2, ... of a curve, in this order. */
export type Parameters = readonly number[];

/** A curve with its derivatives by each parameter. */
export interface Curve {
  at: (parameters: Parameters) => (x: number) => number;
  derivatives: (parameters: Parameters) => (x: number) => number[];
}

/** `(b1 - b2) / (1 + exp(-(x - b3) / |b4|)) + b2`: monotone between b2 and b1. */
export const logistic4: Curve = {
  at: (parameters) => {
    const [b1, b2, b3, b4] = parameters as [number, number, number, number];
    return (x) => (b1 - b2) * sigmoid((x - b3) / Math.abs(b4)) + b2;
  },
  derivatives: (parameters) => {
    const [b1, b2, b3, b4] = parameters as [number, number, number, number];
    const width = Math.abs(b4);
    return (x) => {
      const z = (x - b3) / width;
      const p = sigmoid(z);
      const slope = ((b1 - b2) * p * (1 - p)) / width;
      return [p, 1 - p, -slope, -slope * z * Math.sign(b4)];
    };
  },
};

/** `b1 (1/2 - 1 / (1 + exp(b2 (x - b3)))) + b4 x + b5` (Sheikh et al. 2006): a logistic and a line. */
export const logistic5: Curve = {
  at: (parameters) => {
    const [b1, b2, b3, b4, b5] = parameters as [number, number, number, number, number];
    return (x) => b1 * (sigmoid(b2 * (x - b3)) - 0.5) + b4 * x + b5;
  },
  derivatives: (parameters) => {
    const [b1, b2, b3] = parameters as [number, number, number];
    return (x) => {
      const p = sigmoid(b2 * (x - b3));
      const slope = b1 * p * (1 - p);
      return [p - 0.5, slope * (x - b3), -slope * b2, x, 1];
    };
  },
};

/** 1 / (1 + exp(-z)), without overflow. */
function sigmoid(z: number): number {
  const small = Math.exp(-Math.abs(z));
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
}
