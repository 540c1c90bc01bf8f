/** What is shown of an image: the whole, or a piece of it at its own resolution. */
export interface View {
  /** `whole`, `crop 1`, `crop 2`. */
  name: string;
  /** In pixels of the decoded image; left out for the whole, which is resized as it is sent. */
  crop?: Rectangle;
}

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** As a prompt file asks for them. */
export interface Views {
  whole: boolean;
  /** How many pieces. */
  crops: number;
  /** Width and height of a piece, in pixels. */
  side: number;
}

export const WHOLE_ALONE: Views = { whole: true, crops: 0, side: 0 };

/** The real root of x^3 = x + 1. */
const PLASTIC = 1.324717957244746;

/**
 * The views of an image of this size. Crop k, counted from 0, has its left edge at the share
 * frac(1/2 + k / p) and its top edge at the share frac(1/2 + k / p^2) of what there is to move, p being
 * the plastic number: the R2 sequence (Roberts 2018), whose points cover a square evenly however many
 * there are. So the first crop is the middle, and more crops leave those before them as they are. The
 * rule looks at the size alone: an image and its degraded copies are cut alike.
 *
 * @returns the whole alone where a crop would hold all of it; an image that is shorter than `side` in one
 *   direction is not enlarged
 */
export function viewsOf(
  { width, height }: { width: number; height: number },
  views: Views,
): View[] {
  const whole = views.whole ? [{ name: 'whole' }] : [];
  const [cropWidth, cropHeight] = [Math.min(width, views.side), Math.min(height, views.side)];
  const isWhole = cropWidth === width && cropHeight === height;
  const count = isWhole ? Math.min(views.crops, views.whole ? 0 : 1) : views.crops;
  return [
    ...whole,
    ...Array.from({ length: count }, (_, k) => ({
      name: `crop ${k + 1}`,
      crop: {
        left: Math.floor(fraction(0.5 + k / PLASTIC) * (width - cropWidth + 1)),
        top: Math.floor(fraction(0.5 + k / PLASTIC ** 2) * (height - cropHeight + 1)),
        width: cropWidth,
        height: cropHeight,
      },
    })),
  ];
}

const fraction = (x: number): number => x - Math.floor(x);
