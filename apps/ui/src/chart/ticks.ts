/** Round numbers on an axis: 1, 2 or 5 times a power of ten apart. Pure. */
export function niceStep(span: number, wanted: number): number {
  if (!(span > 0)) return 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((nice) => nice * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** From zero up to and with the last one inside the span. */
export function ticksFromZero(span: number, wanted: number): readonly number[] {
  const step = niceStep(span, wanted);
  const last = span > 0 ? Math.floor(span / step + 1e-9) : 0;
  return Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
