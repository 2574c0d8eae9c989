import {
  addressText,
  contentionSeriesAnswer,
  contentionSeriesQuery,
  lockAnswer,
  lockQuery,
  locksAnswer,
  locksQuery,
  mapAnswer,
  mapsAnswer,
  mapsQuery,
  platformsAnswer,
  platformsQuery,
  toWindow,
  type ContentionSeriesAnswer,
  type ContentionSeriesQuery,
  type LockAnswer,
  type LockQuery,
  type LocksAnswer,
  type LocksQuery,
  type MapAnswer,
  type MapsAnswer,
  type MapsQuery,
  type PlatformsAnswer,
  type PlatformsQuery,
} from '@mapscope/contract';
import { MapscopeError, type Clock } from '@mapscope/events';
import { Controller, Get, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toLockJson, toLockRow, toMapJson, toMapRow, toPlatformSplit, toSeriesJson } from './convert-details.ts';
import { coveragesOf, type Coverages } from './coverages.ts';
import { formatCursor } from './cursor.ts';
import { chooseStepSeconds, toEvidenceQuery, toPagedQuery } from './question.ts';

const NOT_SEEN = { 404: 'not seen in the window' };

@ApiTags('details')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class DetailsController {
  private readonly coverage: Coverages;

  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.coverage = coveragesOf(store.evidence, clock);
  }

  @Get('contention/series')
  @Documents({
    summary: 'Waits by line of source over time, to divide by the time of requests',
    answer: contentionSeriesAnswer,
  })
  async contentionSeries(
    @Query({ schema: contentionSeriesQuery }) query: ContentionSeriesQuery,
  ): Promise<ContentionSeriesAnswer> {
    const asked = toEvidenceQuery(query, this.clock.unixNanos());
    const stepSeconds = chooseStepSeconds(asked.window, query.step);
    const role = query.role === 'waiter' ? 'waiter' : 'holder';
    const [series, coverage] = await Promise.all([
      this.store.details.contentionSeries(asked, { stepSeconds, role, limit: query.limit }),
      this.coverage(asked),
    ]);
    const { service, role: told } = query;
    return { service, role: told, window: toWindow(asked.window), ...toSeriesJson(series, stepSeconds), coverage };
  }

  @Get('locks')
  @Documents({ summary: 'Locks that were waited for, most waited first', answer: locksAnswer })
  async locks(@Query({ schema: locksQuery }) query: LocksQuery): Promise<LocksAnswer> {
    const { asked, page } = toPagedQuery('locks', query, this.clock.unixNanos());
    const [{ rows, end }, coverage] = await Promise.all([this.store.details.locks(asked, page), this.coverage(asked)]);
    const nextCursor = end === undefined ? null : formatCursor('locks', asked.window, end);
    return { service: query.service, window: toWindow(asked.window), items: rows.map(toLockRow), nextCursor, coverage };
  }

  @Get('locks/:address')
  @Documents({ summary: 'One lock: who waited for whom, on which platform', answer: lockAnswer, problems: NOT_SEEN })
  async lock(
    @Param('address', { schema: addressText }) address: string,
    @Query({ schema: lockQuery }) query: LockQuery,
  ): Promise<LockAnswer> {
    const { asked, page } = toPagedQuery('lock', query, this.clock.unixNanos());
    const [found, coverage] = await Promise.all([
      this.store.details.lock(asked, BigInt(address), page),
      this.coverage(asked),
    ]);
    if (found === undefined) throw notSeen('lock', address, query.service);
    const { end } = found.matrix;
    const nextCursor = end === undefined ? null : formatCursor('lock', asked.window, end);
    const { service } = query;
    return { service, address, window: toWindow(asked.window), ...toLockJson(found), nextCursor, coverage };
  }

  @Get('maps')
  @Documents({ summary: 'Maps that were watched, those with conflicts first', answer: mapsAnswer })
  async maps(@Query({ schema: mapsQuery }) query: MapsQuery): Promise<MapsAnswer> {
    const { asked, page } = toPagedQuery('maps', query, this.clock.unixNanos());
    const [{ rows, end }, coverage] = await Promise.all([this.store.details.maps(asked, page), this.coverage(asked)]);
    const nextCursor = end === undefined ? null : formatCursor('maps', asked.window, end);
    return { service: query.service, window: toWindow(asked.window), items: rows.map(toMapRow), nextCursor, coverage };
  }

  @Get('maps/:address')
  @Documents({
    summary: 'One map: the lines that met in it, and the locks before it',
    answer: mapAnswer,
    problems: NOT_SEEN,
  })
  async map(
    @Param('address', { schema: addressText }) address: string,
    @Query({ schema: lockQuery }) query: LockQuery,
  ): Promise<MapAnswer> {
    const { asked, page } = toPagedQuery('map', query, this.clock.unixNanos());
    const [found, coverage] = await Promise.all([
      this.store.details.map(asked, BigInt(address), page),
      this.coverage(asked),
    ]);
    if (found === undefined) throw notSeen('map', address, query.service);
    const { end } = found.matrix;
    const nextCursor = end === undefined ? null : formatCursor('map', asked.window, end);
    const { service } = query;
    return { service, address, window: toWindow(asked.window), ...toMapJson(found), nextCursor, coverage };
  }

  @Get('platforms')
  @Documents({ summary: 'How many requests of each platform waited, with Wilson intervals', answer: platformsAnswer })
  async platforms(@Query({ schema: platformsQuery }) query: PlatformsQuery): Promise<PlatformsAnswer> {
    const { asked } = toPagedQuery('platforms', { ...query, limit: 1 }, this.clock.unixNanos());
    const [rows, coverage] = await Promise.all([this.store.details.platforms(asked), this.coverage(asked)]);
    const { service, route = null } = query;
    return { service, route, window: toWindow(asked.window), items: rows.map(toPlatformSplit), coverage };
  }
}

function notSeen(what: string, address: string, service: string): MapscopeError {
  const text = `nothing of ${what} ${address} of ${JSON.stringify(service.slice(0, 64))} is stored in the window: ask for another one; /api/v1/${what}s lists what there is`;
  return new MapscopeError('NOT_FOUND', text, { facts: { address, service } });
}
