/**
 * The API's answer in words, cut for typography: the first sentence is the headline, the rest the lead, and what
 * stands between backticks is code. Says nothing of its own.
 */

/** Ends are ". " before a capital, a digit or a backtick, outside of backticks: `cache.go:42` and "1.2 s" are none. */
export function splitSentences(text: string): readonly string[] {
  const sentences: string[] = [];
  let begin = 0;
  let isCode = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '`') isCode = !isCode;
    if (isCode || text[at] !== '.' || !/^\. +[\p{Lu}\d`]/u.test(text.slice(at, at + 8))) continue;
    sentences.push(text.slice(begin, at + 1).trim());
    begin = at + 1;
  }
  return [...sentences, text.slice(begin).trim()].filter((sentence) => sentence !== '');
}

/** A number stays on one line with its unit and with the rest of its digits: 81 %, 40 ms, 21 870. */
export const keepTogether = (text: string): string =>
  text.replaceAll(/(?<=\d) (?=%|ns\b|µs|ms\b|s\b|\d{3}\b)/g, '\u00A0');

export interface TextPart {
  readonly text: string;
  readonly isCode: boolean;
}

export function codeParts(text: string): readonly TextPart[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

export type ReasonMark = 'holds' | 'fails' | 'ruled-out' | 'note';

/** Which sign stands before a reason; the words carry the meaning, the sign only repeats it. */
export function reasonMark(reason: string): ReasonMark {
  if (reason.startsWith('ruled out')) return 'ruled-out';
  if (/\(does not hold\)/.test(reason)) return 'fails';
  return /\(holds\)/.test(reason) ? 'holds' : 'note';
}
