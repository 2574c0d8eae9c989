import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { QueryGate } from './query-gate.ts';

@Injectable()
export class QueryGateInterceptor implements NestInterceptor {
  constructor(@Inject(QueryGate) private readonly gate: QueryGate) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.gate.run(() => lastValueFrom(next.handle())));
  }
}
