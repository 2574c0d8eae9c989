/** Root cause as the api asks for it: the store's evidence, a seed that never changes, a span around it. */
import { ATTRIBUTES, span, SPANS } from '@mapscope/otel';
import { explain, seededRng, type EvidenceSource, type Question, type RootCause } from '@mapscope/rootcause';

export type Explain = (question: Question) => Promise<RootCause>;

/** Intervals are drawn by chance; the same question over the same rows shall give the same digits. */
export const SEED = 0x6d_61_70_73;

export function explainFrom(source: EvidenceSource): Explain {
  return (question) =>
    span(SPANS.rootCause, { [ATTRIBUTES.service]: question.service }, async ({ set }) => {
      const answer = await explain(question, { source, rng: seededRng(SEED) });
      set({ [ATTRIBUTES.verdict]: answer.verdict });
      return answer;
    });
}
