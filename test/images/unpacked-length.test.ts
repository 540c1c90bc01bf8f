import { describe, expect, it } from 'vitest';
import { lzwLength, packBitsLength } from '../../src/images/unpacked-length.ts';

describe('packBitsLength', () => {
  it('counts the example of TIFF 6.0, section 9', () => {
    // Unpacked: AA AA AA 80 00 2A AA AA AA AA 80 00 2A 22 AA x 10, 24 bytes.
    const packed = Buffer.from('feaa0280002afdaa0380002a22f7aa', 'hex');
    expect(packBitsLength(packed)).toBe(24);
  });

  it('counts nothing for the byte that says nothing, and not what is missing', () => {
    expect(packBitsLength(Uint8Array.of(128, 128))).toBe(0);
    expect(packBitsLength(Uint8Array.of(4, 1, 2))).toBe(2);
    expect(packBitsLength(Uint8Array.of(250))).toBe(0);
  });
});

/** Codes of 9 bits, highest bit first. */
function nineBits(codes: readonly number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Uint8Array.from(
    bits.padEnd(8 * Math.ceil(bits.length / 8), '0').match(/.{8}/g) ?? [],
    (byte) => Number.parseInt(byte, 2),
  );
}

describe('lzwLength', () => {
  it('counts the example of TIFF 6.0, section 13', () => {
    // Unpacked: 7 7 7 8 8 7 7 6 6.
    expect(lzwLength(nineBits([256, 7, 258, 8, 8, 258, 6, 6, 257]))).toBe(9);
  });

  it('stops at what is missing and at a code that cannot be', () => {
    expect(lzwLength(nineBits([256, 7, 258]))).toBe(3);
    expect(lzwLength(nineBits([256, 7, 400, 7, 7]))).toBe(1);
    expect(lzwLength(new Uint8Array(100))).toBe(88);
  });

  it('says nothing of the older kind', () => {
    expect(lzwLength(Uint8Array.of(0, 1, 2, 3))).toBeUndefined();
  });
});
