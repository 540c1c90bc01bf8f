/** An 8-bit sRGB image: `data` holds interleaved R, G, B bytes, row-major, `width * height * 3` of them. */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
}
