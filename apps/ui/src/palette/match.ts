/** Which of many entries somebody means by a few letters. Pure. */

export interface Entry {
  readonly text: string;
  /** what kind of thing it is, dim behind it */
  readonly kind: string;
  readonly href: string;
}

const MAX_SHOWN = 12;

/** Lower is better: where the letters begin, then how far they are apart; undefined: they are not all there in order. */
export function distanceOf(text: string, wanted: string): number | undefined {
  const [low, letters] = [text.toLowerCase(), wanted.toLowerCase().replaceAll(' ', '')];
  const whole = low.indexOf(wanted.toLowerCase());
  if (whole >= 0) return whole;
  let [at, first] = [-1, -1];
  for (const letter of letters) {
    at = low.indexOf(letter, at + 1);
    if (at < 0) return undefined;
    if (first < 0) first = at;
  }
  return 100 + first + (at - first - letters.length);
}

/** 32 hex digits are a trace, whatever else they match. */
const traceOf = (wanted: string): readonly Entry[] =>
  /^[0-9a-f]{32}$/i.test(wanted) ? [{ text: wanted, kind: 'trace', href: `/trace/?id=${wanted.toLowerCase()}` }] : [];

export function matching(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = typed.trim();
  const found = entries
    .map((entry) => ({ entry, distance: distanceOf(`${entry.text} ${entry.kind}`, wanted) }))
    .filter((one): one is { entry: Entry; distance: number } => one.distance !== undefined)
    .toSorted((a, b) => a.distance - b.distance);
  return [...traceOf(wanted), ...found.map(({ entry }) => entry)].slice(0, MAX_SHOWN);
}
