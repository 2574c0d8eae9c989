/** Quoted text in what the engine's parser wrote: backslash escapes, no heredocs. Pure. */
const QUOTED = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/gs;

/** The same text, same length, with everything quoted replaced, so that keywords are found only where they are keywords. */
export function blankQuoted(canonical: string): string {
  return canonical.replace(QUOTED, (quoted) => '·'.repeat(quoted.length));
}

export interface QuotedPart {
  /** without its quotes, escapes taken back */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export function* quotedParts(canonical: string): Iterable<QuotedPart> {
  for (const { 0: quoted, index } of canonical.matchAll(QUOTED)) {
    const text = quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
    yield { text, start: index, end: index + quoted.length };
  }
}

/** The text with every quoted part, long or short, as one mark: what is left when all values are taken out. */
export const shapeOf = (canonical: string): string => canonical.replace(QUOTED, '·');
