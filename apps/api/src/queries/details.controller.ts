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
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { LockRecord, MapRecord, Paged } from '@mapscope/store';
import { Controller, Get, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toLockJson, toLockRow, toMapJson, toMapRow, toPlatformSplit, toSeriesJson } from './convert-details.ts';
import { coveragesOf, type Coverages } from './coverages.ts';
import { formatCursor } from './cursor.ts';
import { chooseStepSeconds, toEvidenceQuery, toPagedQuery } from './question.ts';

type Page = ReturnType<typeof toPagedQuery>['page'];
type ReadOne<Found> = (asked: EvidenceQuery, page: Page) => Promise<Found | undefined>;

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
  locks(@Query({ schema: locksQuery }) query: LocksQuery): Promise<LocksAnswer> {
    return this.list('locks', query, (asked, page) => this.store.details.locks(asked, page), toLockRow);
  }

  @Get('locks/:address')
  @Documents({ summary: 'One lock: who waited for whom, on which platform', answer: lockAnswer, problems: NOT_SEEN })
  lock(
    @Param('address', { schema: addressText }) address: string,
    @Query({ schema: lockQuery }) query: LockQuery,
  ): Promise<LockAnswer> {
    const read: ReadOne<LockRecord> = (asked, page) => this.store.details.lock(asked, BigInt(address), page);
    return this.one({ of: 'lock', address, query }, read, toLockJson);
  }

  @Get('maps')
  @Documents({ summary: 'Maps that were watched, those with conflicts first', answer: mapsAnswer })
  maps(@Query({ schema: mapsQuery }) query: MapsQuery): Promise<MapsAnswer> {
    return this.list('maps', query, (asked, page) => this.store.details.maps(asked, page), toMapRow);
  }

  @Get('maps/:address')
  @Documents({
    summary: 'One map: the lines that met in it, and the locks before it',
    answer: mapAnswer,
    problems: NOT_SEEN,
  })
  map(
    @Param('address', { schema: addressText }) address: string,
    @Query({ schema: lockQuery }) query: LockQuery,
  ): Promise<MapAnswer> {
    const read: ReadOne<MapRecord> = (asked, page) => this.store.details.map(asked, BigInt(address), page);
    return this.one({ of: 'map', address, query }, read, toMapJson);
  }

  @Get('platforms')
  @Documents({ summary: 'How many requests of each platform waited, with Wilson intervals', answer: platformsAnswer })
  async platforms(@Query({ schema: platformsQuery }) query: PlatformsQuery): Promise<PlatformsAnswer> {
    const { asked } = toPagedQuery('platforms', { ...query, limit: 1 }, this.clock.unixNanos());
    const [rows, coverage] = await Promise.all([this.store.details.platforms(asked), this.coverage(asked)]);
    const { service, route = null } = query;
    return { service, route, window: toWindow(asked.window), items: rows.map(toPlatformSplit), coverage };
  }

  private async list<Row, Json>(
    of: 'locks' | 'maps',
    query: LocksQuery,
    read: (asked: EvidenceQuery, page: Page) => Promise<Paged<Row>>,
    toJson: (row: Row) => Json,
  ) {
    const { asked, page } = toPagedQuery(of, query, this.clock.unixNanos());
    const [{ rows, end }, coverage] = await Promise.all([read(asked, page), this.coverage(asked)]);
    const nextCursor = end === undefined ? null : formatCursor(of, asked.window, end);
    return { service: query.service, window: toWindow(asked.window), items: rows.map(toJson), nextCursor, coverage };
  }

  private async one<Found extends LockRecord | MapRecord, Json extends object>(
    { of, address, query }: { readonly of: 'lock' | 'map'; readonly address: string; readonly query: LockQuery },
    read: ReadOne<Found>,
    toJson: (found: Found) => Json,
  ) {
    const { asked, page } = toPagedQuery(of, query, this.clock.unixNanos());
    const [found, coverage] = await Promise.all([read(asked, page), this.coverage(asked)]);
    if (found === undefined) throw notSeen(of, address, query.service);
    const { end } = found.matrix;
    const nextCursor = end === undefined ? null : formatCursor(of, asked.window, end);
    return { service: query.service, address, window: toWindow(asked.window), ...toJson(found), nextCursor, coverage };
  }
}

function notSeen(what: string, address: string, service: string): MapscopeError {
  const text = `nothing of ${what} ${address} of ${JSON.stringify(service.slice(0, 64))} is stored in the window: ask for another one; /api/v1/${what}s lists what there is`;
  return new MapscopeError('NOT_FOUND', text, { facts: { address, service } });
}
