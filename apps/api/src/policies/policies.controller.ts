import {
  policiesAnswer,
  policy,
  policyChange,
  policyName,
  type PoliciesAnswer,
  type PolicyChange,
  type PolicyJson,
} from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import type { PolicyAction } from '@mapscope/store';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noBrokers } from '../control/no-brokers.ts';
import { Documents } from '../http/answer.decorator.ts';
import { CLOCK, CONTROL, STORE, type ProbeControl, type QueryStore } from '../ports.ts';
import { publishPolicy } from './publish.ts';
import { noSuchPolicy, readRecord, toPolicyJson, toRecord, type PolicyRecord } from './record.ts';

/** Until there are users, everybody who reaches the port is one. */
const CHANGED_BY = 'api';
const HISTORY = 100;
const PROBLEMS = { 503: 'no brokers configured, or none answers', 404: 'there is no such policy' };

@ApiTags('control')
@Controller('api/v1/policies')
export class PoliciesController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CONTROL) private readonly control: ProbeControl | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Documents({ summary: 'Probe policies, as they stand now; deleted ones are left out', answer: policiesAnswer })
  async list(): Promise<PoliciesAnswer> {
    const entries = await this.store.policies.latest();
    const held = entries.filter(({ action }) => action !== 'delete');
    return { items: held.map((entry) => toPolicyJson(entry, this.now())) };
  }

  @Get(':name')
  @Documents({ summary: 'All that a policy ever said, newest first', answer: policiesAnswer, problems: PROBLEMS })
  async history(@Param('name', { schema: policyName }) name: string): Promise<PoliciesAnswer> {
    const entries = await this.store.policies.history(name, HISTORY);
    if (entries.length === 0) throw noSuchPolicy(name);
    return { items: entries.map((entry) => toPolicyJson(entry, this.now())) };
  }

  @Put(':name')
  @HttpCode(202)
  @Documents({
    summary: 'Probe what a policy names, from now on; agents that run with --policies follow within seconds',
    answer: policy,
    status: 202,
    problems: PROBLEMS,
  })
  async put(
    @Param('name', { schema: policyName }) name: string,
    @Body({ schema: policyChange }) change: PolicyChange,
  ): Promise<PolicyJson> {
    const [last] = await this.store.policies.history(name, 1);
    return this.publish('put', toRecord(name, (last?.version ?? 0) + 1, change, this.now()));
  }

  @Delete(':name')
  @HttpCode(202)
  @Documents({ summary: 'Withdraw a policy: its probes detach', answer: policy, status: 202, problems: PROBLEMS })
  async remove(@Param('name', { schema: policyName }) name: string): Promise<PolicyJson> {
    const [last] = await this.store.policies.history(name, 1);
    if (last === undefined || last.action === 'delete') throw noSuchPolicy(name);
    return this.publish('delete', { ...readRecord(last), version: last.version + 1 });
  }

  @Post(':name/undo')
  @HttpCode(202)
  @Documents({
    summary: 'What the policy said before its last change, from now on',
    answer: policy,
    status: 202,
    problems: PROBLEMS,
  })
  async undo(@Param('name', { schema: policyName }) name: string): Promise<PolicyJson> {
    const [last, before] = await this.store.policies.history(name, 2);
    if (last === undefined) throw noSuchPolicy(name);
    // Before its first version, or before it was written again, there was nothing.
    const wasNothing = before === undefined || (before.action === 'delete' && last.action !== 'delete');
    const action = wasNothing ? 'delete' : 'undo';
    const record = readRecord(wasNothing ? last : before);
    return this.publish(action, { ...record, version: last.version + 1, startsUnixMillis: this.now() });
  }

  private async publish(action: PolicyAction, record: PolicyRecord): Promise<PolicyJson> {
    const { control, store } = this;
    if (control === null) throw noBrokers();
    const nowUnixMillis = this.now();
    const needs = { policies: store.policies, control, changedBy: CHANGED_BY, nowUnixMillis };
    return toPolicyJson(await publishPolicy(needs, action, record), nowUnixMillis);
  }

  private now(): number {
    return Number(this.clock.unixNanos() / 1_000_000n);
  }
}
