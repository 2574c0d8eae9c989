/** Which values of a logarithmic axis get a line and a label: 1, 2 and 5 of each decade where there is room. Pure. */

/** More decades than this leave no room between 1, 2 and 5 on a chart of 260 pixels. */
const ROOMY_DECADES = 3.5;

/** Null hides a value; those uPlot offers are 1 to 9 times each power of ten. */
export function logTicks(splits: readonly number[]): (number | null)[] {
  const [first = 1, last = 1] = [splits[0], splits.at(-1)];
  const digits = Math.log10(last / first) <= ROOMY_DECADES ? [1, 2, 5] : [1];
  return splits.map((value) => (digits.includes(leadingDigit(value)) ? value : null));
}

/** 0.05 is 5.000000000000001e-2 to a computer. */
const leadingDigit = (value: number): number => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
