import { traceAnswer, traceIdText } from '@mapscope/contract';
import { positionals } from '@mapscope/events';
import { command, misused } from '../core/command.ts';
import { traceLink } from '../words/links.ts';
import { traceLines } from '../words/trace.ts';

export const trace = command({
  describe: 'one trace: its requests and spans, where it waited, and who held the lock',
  usage: 'ID',
  example: 'mapscope trace 4bf92f3577b34da6a3ce929d0e0e4736',
  options: { id: positionals({ name: 'id', describe: 'trace id, 32 hex digits', min: 1, max: 1 }) },
  run: async ({ id: [id = ''], json }, { api, out }) => {
    checkTraceId(id);
    const answer = await api.get(`/api/v1/traces/${id.toLowerCase()}`, {}, traceAnswer);
    const link = traceLink(api.url, answer.traceId);
    out(json ? JSON.stringify({ ...answer, page: link }) : traceLines(answer, link).join('\n'));
    return 0;
  },
});

function checkTraceId(id: string): void {
  const read = traceIdText.safeParse(id);
  if (!read.success) throw misused(`"${id.slice(0, 64)}" is not a trace id: ${read.error.issues[0]?.message ?? ''}`);
}
