/** Numbers as a terminal shows them. Pure; as the pages say it, without their typographic spaces. */

const UNITS = [
  { belowMs: 0.001, perMs: 1e6, unit: 'ns' },
  { belowMs: 1, perMs: 1e3, unit: 'µs' },
  { belowMs: 1000, perMs: 1, unit: 'ms' },
  { belowMs: 60_000, perMs: 1e-3, unit: 's' },
  { belowMs: 3_600_000, perMs: 1 / 60_000, unit: 'min' },
] as const;

/** 1.2, 61, 310: a fraction only below ten. */
const digits = (value: number): string => (value < 9.95 ? String(Number(value.toFixed(1))) : String(Math.round(value)));

/** 420 µs, 6.1 ms, 1.2 s, 25 h; "–" for what is not known. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms === 0) return '0 ms';
  const fit = UNITS.find(({ belowMs, perMs }) => ms < belowMs && Number(digits(ms * perMs)) < belowMs * perMs);
  return fit === undefined ? `${digits(ms / 3_600_000)} h` : `${digits(ms * fit.perMs)} ${fit.unit}`;
}

/** 21 870 */
export const count = (n: number): string =>
  Math.round(n)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');

/** 81 %, 0.4 %, 99.9 %: what is not all is never rounded to 100, what is not nothing never to 0. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  if (share < 0) return `-${percent(-share)}`;
  const value = share * 100;
  const tenth = Number(value.toFixed(1));
  if (value > 0 && value < 1) return `${Math.max(0.1, tenth)} %`;
  return `${value > 99 && value < 100 ? Math.min(99.9, tenth) : Math.round(value)} %`;
}

export const ratio = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(2);

/** 1.2 KB, 34 MB */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${digits(size / 1e3)} KB` : `${digits(size / 1e6)} MB`;
}
