import { codeParts, keepTogether } from '../format/sentence.ts';

/** Words of the API; what stands between backticks is code. Text only ever enters as text. */
export function RichText({ text }: { readonly text: string }) {
  return codeParts(text).map((part, index) =>
    // The parts of a text have no identity but their place.
    part.isCode ? <code key={index}>{part.text}</code> : <span key={index}>{keepTogether(part.text)}</span>,
  );
}
