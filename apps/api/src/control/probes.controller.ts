import {
  DEFAULT_PROBE_TTL_SECONDS,
  formatUnixNanos,
  nameText,
  probesAnswer,
  probesChange,
  type ProbesAnswer,
  type ProbesChange,
} from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Body, Controller, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noBrokers } from './no-brokers.ts';
import { Documents } from '../http/answer.decorator.ts';
import { CLOCK, CONTROL, type ProbeControl } from '../ports.ts';

/** The record of mapscope.wanted.v1, by the words of libs/rollout, whose parseWanted the agents check it with. */
interface WantedRecord {
  readonly service: string;
  readonly state: 'on' | 'off';
  readonly expiresUnixMillis: number | null;
  readonly changedBy: string;
  readonly changedUnixMillis: number;
}

/** Until there are users, everybody who reaches the port is one. */
const CHANGED_BY = 'api';

@ApiTags('control')
@Controller('api/v1')
export class ProbesController {
  constructor(
    @Inject(CONTROL) private readonly control: ProbeControl | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Put('probes/:service')
  @HttpCode(202)
  @Documents({
    summary: 'Switch the probes of a service on or off; agents follow within seconds',
    answer: probesAnswer,
    status: 202,
    problems: { 503: 'no brokers configured, or none answers' },
  })
  async changeProbes(
    @Param('service', { schema: nameText }) service: string,
    @Body({ schema: probesChange }) change: ProbesChange,
  ): Promise<ProbesAnswer> {
    if (this.control === null) throw noBrokers();
    const wanted = toWanted(service, change, Number(this.clock.unixNanos() / 1_000_000n));
    await this.control.publishWanted(service, wanted);
    return toProbesAnswer(wanted);
  }
}

export function toWanted(service: string, change: ProbesChange, nowUnixMillis: number): WantedRecord {
  const ttlSeconds = change.ttlSeconds ?? (change.state === 'on' ? DEFAULT_PROBE_TTL_SECONDS : undefined);
  return {
    service,
    state: change.state,
    expiresUnixMillis: ttlSeconds === undefined ? null : nowUnixMillis + ttlSeconds * 1000,
    changedBy: CHANGED_BY,
    changedUnixMillis: nowUnixMillis,
  };
}

const instantOf = (unixMillis: number): string => formatUnixNanos(BigInt(unixMillis) * 1_000_000n);

const toProbesAnswer = (wanted: WantedRecord): ProbesAnswer => ({
  service: wanted.service,
  state: wanted.state,
  expiresAt: wanted.expiresUnixMillis === null ? null : instantOf(wanted.expiresUnixMillis),
  changedAt: instantOf(wanted.changedUnixMillis),
  changedBy: wanted.changedBy,
});
