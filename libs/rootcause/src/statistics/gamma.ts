/**
 * ln Γ and the regularised upper incomplete gamma function Q(a, x), which is the survival function of chi-square:
 * P(X² > g) = Q(df / 2, g / 2). Formulas by number from Abramowitz & Stegun, Handbook of Mathematical Functions.
 */

/** Stirling's series (6.1.41) above 8, the recurrence Γ(x+1) = xΓ(x) below; relative error under 1e-12 for x > 0. */
export function lnGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 8; y += 1) shift += Math.log(y);
  const inverse2 = 1 / (y * y);
  const series = (1 / 12 - inverse2 * (1 / 360 - inverse2 * (1 / 1260 - inverse2 * (1 / 1680 - inverse2 / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

export function upperGamma(a: number, x: number): number {
  if (!(x > 0)) return 1;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

export const chiSquareSurvival = (statistic: number, degrees: number): number => upperGamma(degrees / 2, statistic / 2);

const EPSILON = 1e-15;
/** Both expansions need about √a + 20 steps near x = a; 1000 covers every a met here (df < 10⁴). */
const MAX_STEPS = 1000;

/** 6.5.29: P(a, x) = xᵃe⁻ˣ/Γ(a+1) · Σ xⁿ / ((a+1)…(a+n)) */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MAX_STEPS && term > sum * EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - lnGamma(a + 1));
}

/** 6.5.31 as a continued fraction, evaluated by Lentz's method (Applied Optics 15 (1976) 668). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < MAX_STEPS; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < EPSILON) break;
  }
  return h * Math.exp(a * Math.log(x) - x - lnGamma(a));
}
