/**
 * The tables of a zoomed layer, written by the caller: see `sampleAxis` in zoom-sampling.ts. All
 * indices count from the edge of the image, not of the crop.
 */
@unmanaged
export class ZoomLayer {
  /** i32 per output row: the two source rows. */
  upperRows: usize;
  lowerRows: usize;
  /** Two f64 per output row: their weights. */
  rowWeights: usize;
  /** i32 per output column: the left one of two neighbouring source columns. */
  leftColumns: usize;
  /** Two f64 per output column: their weights. */
  columnWeights: usize;
  /** The same as f32. */
  columnWeightsFloat32: usize;
  /** 1 where the last column of the layer is 0, a quirk of the reference. */
  lastColumnIsZero: i32;

  // Below is what the kernel keeps for the current tile: two rows of the source, scaled across.

  /** Source rows that the buffers hold, -1 for none. */
  upperRow: i32;
  lowerRow: i32;
  /** f32 RGB per output column. */
  upperBuffer: usize;
  lowerBuffer: usize;
  /** u32 per block of output columns: its colour where all that it reads has one, or else `MIXED`. */
  upperColours: usize;
  lowerColours: usize;
}
