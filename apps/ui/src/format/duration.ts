/** Durations as people read them: two to three digits, the unit that fits. */

const UNITS = [
  { upToMs: 0.001, perMs: 1e6, unit: 'ns' },
  { upToMs: 1, perMs: 1e3, unit: 'µs' },
  { upToMs: 1000, perMs: 1, unit: 'ms' },
  { upToMs: 60_000, perMs: 1e-3, unit: 's' },
] as const;

/** 1.2, 61, 310: a fraction only below ten. */
const digits = (value: number): string => (value < 9.95 ? String(Number(value.toFixed(1))) : String(Math.round(value)));

/** 420 µs, 6.1 ms, 61 ms, 1.2 s, 2 min 5 s; "–" for what is not known. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms === 0) return '0 ms';
  const fit = UNITS.find(({ upToMs, perMs }) => ms < upToMs && Number(digits(ms * perMs)) < upToMs * perMs);
  return fit === undefined ? longDuration(Math.round(ms / 1000)) : `${digits(ms * fit.perMs)} ${fit.unit}`;
}

function longDuration(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return joined(`${days} d`, hours, 'h');
  if (hours > 0) return joined(`${hours} h`, minutes, 'min');
  return joined(`${minutes} min`, seconds % 60, 's');
}

const joined = (first: string, rest: number, unit: string): string => (rest === 0 ? first : `${first} ${rest} ${unit}`);
