/** Questions an assistant asks. Answers are short: what is cut says so, and where the rest is. */
import {
  closedObject,
  comparePlatformsAnswer,
  comparePlatformsQuery,
  contentionQuery,
  contentionRow,
  incident,
  incidentsQuery,
  rootCauseAnswer,
  rootCauseQuery,
  traceAnswer,
  traceIdText,
  type ServicesAnswer,
} from '@mapscope/contract';
import { z } from 'zod';
import { explainLink, traceLink } from '../cli/words/links.ts';
import { contendedTable, mergeContended } from '../cli/words/contended.ts';
import { comparisonLines } from '../cli/words/platforms.ts';
import { traceLines } from '../cli/words/trace.ts';
import { whyLines } from '../cli/words/why.ts';
import { incidentLines, windowSeconds } from './words.ts';
import { limitOf, tool } from './tool.ts';

const page = z.string().meta({ description: 'address of the page that shows it' });
const MAX_SERVICES = 10;
const { service, from, to, route, platform } = rootCauseQuery.shape;

const shortIncident = incident.pick({
  id: true,
  service: true,
  window: true,
  kind: true,
  state: true,
  verdict: true,
  sentence: true,
  p99BeforeMs: true,
  p99DuringMs: true,
});

export const listIncidents = tool({
  title: 'List incidents',
  description: 'Times in which p99 of a service was far above what it was before, and crashes; newest first.',
  input: closedObject({
    service: incidentsQuery.shape.service,
    from,
    to,
    state: incidentsQuery.shape.state,
    limit: limitOf(10, 50),
  }),
  output: z.object({ items: z.array(shortIncident), more: z.boolean() }),
  run: async (asked, { answers, publicUrl }) => {
    const { items, nextCursor } = await answers.incidents({ ...asked, after: undefined });
    const short = items.map((one) => shortIncident.parse(one));
    return {
      text: incidentLines(items, publicUrl),
      structured: { items: short, more: typeof nextCursor === 'string' },
    };
  },
});

const MAX_CANDIDATES = 3;

export const explain = tool({
  title: 'Explain a latency rise',
  description:
    'Why p99 of a service rose: the verdict, the lock, who waited, who held it, at which line, how much of the extra latency it explains, what was ruled out. Without a baseline the window is where to look for the last spike.',
  input: closedObject({
    service,
    from,
    to,
    route,
    platform,
    baselineFrom: rootCauseQuery.shape.baselineFrom,
    baselineTo: rootCauseQuery.shape.baselineTo,
  }),
  output: rootCauseAnswer
    .omit({ platforms: true, attributes: true, timeCauses: true, nextProbes: true })
    .extend({ page }),
  run: async (asked, { answers, publicUrl }) => {
    const answer = await answers.rootCauses(asked);
    const link = explainLink(publicUrl, answer);
    const {
      platforms: _platforms,
      attributes: _attributes,
      timeCauses: _causes,
      nextProbes: _probes,
      ...kept
    } = answer;
    const structured = { ...kept, candidates: kept.candidates.slice(0, MAX_CANDIDATES), page: link };
    return { text: whyLines(answer, link).join('\n'), structured };
  },
});

const { window, baseline, reference, sentence, platforms } = comparePlatformsAnswer.shape;
const shortPlatform = platforms
  .unwrap()
  .element.pick({ platform: true, label: true, emulated: true, measures: true, against: true });

export const comparePlatforms = tool({
  title: 'Compare platforms',
  description:
    'One service on its platforms (CPU, Go version, kernel): which one waits more for locks, by how much, and what must not be compared. Without a baseline it is the time before the window.',
  input: closedObject({
    service,
    from,
    to,
    route,
    site: comparePlatformsQuery.shape.site,
    baselineFrom: rootCauseQuery.shape.baselineFrom,
    baselineTo: rootCauseQuery.shape.baselineTo,
  }),
  output: z.object({
    sentence,
    window,
    baseline,
    reference,
    platforms: z.array(shortPlatform),
    hints: z.array(z.string()),
  }),
  run: async (asked, { answers }) => {
    const answer = await answers.compare(asked);
    const structured = {
      sentence: answer.sentence,
      window: answer.window,
      baseline: answer.baseline,
      reference: answer.reference,
      platforms: answer.platforms.map(({ platform: tag, label, emulated, measures, against }) => ({
        platform: tag,
        label,
        emulated,
        measures,
        against,
      })),
      hints: answer.hints.map((hint) => hint.sentence),
    };
    return { text: comparisonLines(answer).join('\n'), structured };
  },
});

const contendedRow = contentionRow.extend({ service: z.string() });

export const topContended = tool({
  title: 'Top contended lines',
  description: 'Which lines of source waited most, and which lines held the lock; of one service or the ten busiest.',
  input: closedObject({
    service: service.optional(),
    from,
    to,
    route: contentionQuery.shape.route,
    platform,
    limit: limitOf(10, 50),
  }),
  output: z.object({ items: z.array(contendedRow) }),
  run: async ({ service: one, ...asked }, { answers }) => {
    const { from: since, to: until } = asked;
    const names = one === undefined ? busiest(await answers.services({ from: since, to: until })) : [one];
    const found = await Promise.all(names.map((name) => answers.contention({ ...asked, service: name })));
    const items = mergeContended(found, asked.limit);
    return { text: contendedTable(items, windowSeconds(found[0]?.window)), structured: { items: [...items] } };
  },
});

const busiest = ({ items }: ServicesAnswer): readonly string[] =>
  items
    .toSorted((a, b) => b.requests - a.requests)
    .slice(0, MAX_SERVICES)
    .map((each) => each.service);

const MAX_PARTS = 50;
const shortWait = traceAnswer.shape.waits.unwrap().element.omit({ waiterStack: true, holderStack: true });

export const getTrace = tool({
  title: 'Get a trace',
  description: 'One trace: its requests and spans, where it waited, and who held the lock.',
  input: closedObject({ id: traceIdText }),
  output: z.object({
    traceId: traceIdText,
    requests: traceAnswer.shape.requests,
    waits: z.array(shortWait).meta({ description: 'longest first' }),
    total: z.object({ requests: z.int(), waits: z.int(), spans: z.int() }),
    page,
  }),
  run: async ({ id }, { answers, publicUrl }) => {
    const trace = await answers.trace(id.toLowerCase());
    const longest = trace.waits.toSorted((a, b) => b.waitMs - a.waitMs).slice(0, MAX_PARTS);
    const link = traceLink(publicUrl, trace.traceId);
    const lines = traceLines(trace, link);
    const cut =
      lines.length > 4 * MAX_PARTS
        ? [...lines.slice(0, 4 * MAX_PARTS), `… ${lines.length - 4 * MAX_PARTS} lines more: ${link}`]
        : lines;
    const structured = {
      traceId: trace.traceId,
      requests: trace.requests.slice(0, MAX_PARTS),
      waits: longest.map(({ waiterStack: _waiter, holderStack: _holder, ...wait }) => wait),
      total: { requests: trace.requests.length, waits: trace.waits.length, spans: trace.spans.length },
      page: link,
    };
    return { text: cut.join('\n'), structured };
  },
});
