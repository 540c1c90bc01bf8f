import { both } from './constants';

const LN2_HIGH = memory.data<f64>([6.93147180369123816490e-01]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);
const L1 = memory.data<f64>([6.666666666666735130e-01]);
const L2 = memory.data<f64>([3.999999999940941908e-01]);
const L3 = memory.data<f64>([2.857142874366239149e-01]);
const L4 = memory.data<f64>([2.222219843214978396e-01]);
const L5 = memory.data<f64>([1.818357216161805012e-01]);
const L6 = memory.data<f64>([1.531383769920937332e-01]);
const L7 = memory.data<f64>([1.479819860511658591e-01]);
const HALF = memory.data<f64>([0.5]);
const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
/** 2^52 + 1023: what the exponent's bits and 2^52 make, above the exponent. */
const EXPONENT_BIAS = memory.data<f64>([4503599627371519]);
const MAGIC = memory.data<i64>([0x4330000000000000]);
const MANTISSA = memory.data<i64>([0x000fffffffffffff]);
const SQRT2_CARRY = memory.data<i64>([0x00095f6400000000]);
const HIDDEN_BIT = memory.data<i64>([0x0010000000000000]);
const EXPONENT_OF_ONE = memory.data<i64>([0x3ff0000000000000]);
const SIGN = memory.data<i64>([0x8000000000000000]);
const MIDDLE_FROM = memory.data<i64>([0x0006147a00000000]);
const MIDDLE_TO = memory.data<i64>([0x0006b85200000000]);
const NEAR_ONE_FROM = memory.data<i64>([0x000ffffe00000000]);
const NEAR_ONE_TO = memory.data<i64>([0x0000000100000000]);

/**
 * Natural logarithms of two positive normal numbers, by the steps of FreeBSD's (and V8's) e_log.c, so
 * that they are those of `Math.log`.
 */
// @ts-ignore: decorator
@inline
export function logarithms(x: v128): v128 {
  const mantissa = v128.and(x, both(MANTISSA));
  const isNearOne = v128.or(
    i64x2.ge_s(mantissa, both(NEAR_ONE_FROM)),
    i64x2.lt_s(mantissa, both(NEAR_ONE_TO)),
  );
  // Once in half a million numbers.
  if (v128.any_true(isNearOne)) {
    return f64x2(
      scalarLogarithm(f64x2.extract_lane(x, 0)),
      scalarLogarithm(f64x2.extract_lane(x, 1)),
    );
  }
  const carry = v128.and(i64x2.add(mantissa, both(SQRT2_CARRY)), both(HIDDEN_BIT));
  const normalized = v128.or(mantissa, v128.xor(carry, both(EXPONENT_OF_ONE)));
  const exponent = i64x2.add(i64x2.shr_u(x, 52), i64x2.shr_u(carry, 52));
  const k = f64x2.sub(v128.or(exponent, both(MAGIC)), both(EXPONENT_BIAS));
  const f = f64x2.sub(normalized, both(ONE));
  const s = f64x2.div(f, f64x2.add(both(TWO), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(
    w,
    f64x2.add(both(L2), f64x2.mul(w, f64x2.add(both(L4), f64x2.mul(w, both(L6))))),
  );
  const odd = f64x2.mul(
    z,
    f64x2.add(
      both(L1),
      f64x2.mul(
        w,
        f64x2.add(both(L3), f64x2.mul(w, f64x2.add(both(L5), f64x2.mul(w, both(L7))))),
      ),
    ),
  );
  const r = f64x2.add(odd, even);
  const isMiddle = v128.and(
    i64x2.ge_s(mantissa, both(MIDDLE_FROM)),
    i64x2.lt_s(mantissa, both(MIDDLE_TO)),
  );
  const halfSquare = f64x2.mul(f64x2.mul(both(HALF), f), f);
  const kLow = f64x2.mul(k, both(LN2_LOW));
  const inner = v128.bitselect(f64x2.add(halfSquare, r), f64x2.sub(f, r), isMiddle);
  // In the middle s * inner + k * ln2_low, elsewhere s * inner - k * ln2_low.
  const sum = f64x2.add(
    f64x2.mul(s, inner),
    v128.xor(kLow, v128.andnot(both(SIGN), isMiddle)),
  );
  const correction = v128.bitselect(f64x2.sub(halfSquare, sum), sum, isMiddle);
  return f64x2.sub(f64x2.mul(k, both(LN2_HIGH)), f64x2.sub(correction, f));
}

/** The same for one number. */
function scalarLogarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  const high = <i32>(bits >> 32) & 0xfffff;
  const carry = (high + 0x95f64) & 0x100000;
  const k = <f64>((<i32>(bits >> 52)) - 1023 + (carry >> 20));
  const f =
    reinterpret<f64>((bits & 0x000fffffffffffff) | (<i64>(carry ^ 0x3ff00000) << 32)) - 1;
  if ((0xfffff & (2 + high)) < 3) {
    if (f == 0) return k * load<f64>(LN2_HIGH) + k * load<f64>(LN2_LOW);
    const r = f * f * (0.5 - 0.33333333333333333 * f);
    return k * load<f64>(LN2_HIGH) - (r - k * load<f64>(LN2_LOW) - f);
  }
  const s = f / (2.0 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (load<f64>(L2) + w * (load<f64>(L4) + w * load<f64>(L6)));
  const odd =
    z * (load<f64>(L1) + w * (load<f64>(L3) + w * (load<f64>(L5) + w * load<f64>(L7))));
  const r = odd + even;
  if (high >= 0x6147a && high < 0x6b852) {
    const halfSquare = 0.5 * f * f;
    return (
      k * load<f64>(LN2_HIGH) - (halfSquare - (s * (halfSquare + r) + k * load<f64>(LN2_LOW)) - f)
    );
  }
  return k * load<f64>(LN2_HIGH) - (s * (f - r) - k * load<f64>(LN2_LOW) - f);
}

/** For tests: the logarithms of `count` numbers, an even one. */
export function logarithmsOf(source: usize, target: usize, count: i32): void {
  for (let i = 0; i < count; i += 2, source += 16, target += 16) {
    v128.store(target, logarithms(v128.load(source)));
  }
}
