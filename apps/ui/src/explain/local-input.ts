/** Values of `<input type="datetime-local">`: local time without a zone, whole seconds. Pure but for the reader's zone. */
const two = (n: number): string => String(n).padStart(2, '0');

export function toLocalInput(unixMs: number): string {
  const at = new Date(unixMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** NaN for what is no time. A text without a zone is local time (ECMA-262, Date Time String Format). */
export const fromLocalInput = (value: FormDataEntryValue | null): number =>
  typeof value === 'string' && value !== '' ? Date.parse(value) : Number.NaN;

/** Of `<input type="number">`: undefined where nothing was written. */
export function msFromInput(value: FormDataEntryValue | null): number | undefined {
  const ms = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
}
