/** An answer is asked for when all that the agent saw is in the tables, and not before. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusAnswer } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';
import { isSettled, pipelineOf, saidLast } from '../start/report.ts';
import { getJson } from './get-json.ts';

const LOOK_EVERY_MILLIS = 500;
const PATIENCE_MILLIS = 120_000;

/** The agent has ended. */
export async function allStored(apiUrl: string, agent: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const status = await getJson<StatusAnswer>(`${apiUrl}/api/v1/status`);
    const pipeline = pipelineOf(status, [agent]);
    if (saidLast(status, agent) && isSettled(pipeline)) return;
    if (Date.now() > deadline)
      throw new MapscopeError('INTERNAL', `not all that the agent saw was stored: ${JSON.stringify(pipeline)}`);
    await sleep(LOOK_EVERY_MILLIS);
  }
}
