/** Chance from a seed, and words made of it. Pure; used only by other-service.ts. */

export interface Words {
  /** a new word, never given before: `lokema`, `LokemaTiru`, `lokemaTiru` */
  readonly lower: () => string;
  readonly pascal: () => string;
  readonly camel: () => string;
  /** whole number, both ends included */
  readonly between: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  /** 0 to 9 lines of comment, sometimes with a blank line behind them */
  readonly filler: () => readonly string[];
}

const CONSONANTS = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'];
const VOWELS = ['a', 'e', 'i', 'o', 'u'];

export function words(seed: number): Words {
  const random = xorshift32(seed);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const pick = (letters: readonly string[]): string => letters[between(0, letters.length - 1)] ?? 'x';
  const raw = (): string => Array.from({ length: 3 }, () => pick(CONSONANTS) + pick(VOWELS)).join('');
  const given = new Set<string>();
  const lower = (): string => {
    // `x` ends every word: none can be a keyword, a predeclared name, or an imported package
    let word = `${raw()}x`;
    while (given.has(word)) word = `${raw()}x`;
    given.add(word);
    return word;
  };
  const comment = (): string => `// ${Array.from({ length: between(2, 8) }, raw).join(' ')}`;
  return {
    lower,
    pascal: () => capital(lower()) + (random() < 0.5 ? capital(raw()) : ''),
    camel: () => lower() + (random() < 0.5 ? capital(raw()) : ''),
    between,
    chance: (probability) => random() < probability,
    filler: () => {
      const lines = Array.from({ length: between(0, 9) }, comment);
      return lines.length > 0 && random() < 0.5 ? [...lines, ''] : lines;
    },
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Xorshift with shifts 13, 17, 5 (G. Marsaglia, "Xorshift RNGs", 2003). Its state may not be 0. */
function xorshift32(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1; // near seeds would start alike: spread by 2^32 ÷ golden ratio (Knuth, TAOCP 6.4)
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let skipped = 0; skipped < 16; skipped++) next();
  return next;
}
