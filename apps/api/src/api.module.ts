import { Module, type DynamicModule } from '@nestjs/common';
import { ProbesController } from './control/probes.controller.ts';
import { StatusController } from './control/status.controller.ts';
import { HealthController } from './health/health.controller.ts';
import { StoreHealthWatch } from './health/store-health.ts';
import { JaegerController } from './jaeger/jaeger.controller.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { QueryGateInterceptor } from './http/query-gate.interceptor.ts';
import { QueryGate } from './http/query-gate.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { CLOCK, CONTROL, EXPLAIN, LOG, METRICS, ON_CLOSED, STORE, type ApiNeeds, type MetricsPage } from './ports.ts';
import { IncidentsController } from './incidents/incidents.controller.ts';
import { ChartsController } from './queries/charts.controller.ts';
import { DetailsController } from './queries/details.controller.ts';
import { ExplainController } from './queries/explain.controller.ts';
import { explainFrom } from './queries/explainer.ts';
import { InventoryController } from './queries/inventory.controller.ts';
import { PlatformsController } from './queries/platforms.controller.ts';
import { RootCausesController } from './queries/root-causes.controller.ts';
import { TailListeners } from './tail/tail-listeners.ts';
import { TailController } from './tail/tail.controller.ts';
import { Closing } from './start/closing.ts';
import { GoroutinesController } from './views/goroutines.controller.ts';
import { LatencyViewsController } from './views/latency-views.controller.ts';
import { WorldController } from './views/world.controller.ts';

const CONTROLLERS = [
  RootCausesController,
  ExplainController,
  IncidentsController,
  ChartsController,
  DetailsController,
  InventoryController,
  PlatformsController,
  LatencyViewsController,
  GoroutinesController,
  WorldController,
  TailController,
  StatusController,
  ProbesController,
  PoliciesController,
  JaegerController,
  HealthController,
  MetricsController,
];

@Module({})
export class ApiModule {
  /** Everything comes from outside: main.ts gives the real things, a test plain objects. */
  static with(needs: ApiNeeds, metricsPage: MetricsPage): DynamicModule {
    return {
      module: ApiModule,
      controllers: CONTROLLERS,
      providers: [
        { provide: STORE, useValue: needs.store },
        { provide: CONTROL, useValue: needs.control },
        { provide: CLOCK, useValue: needs.clock },
        { provide: EXPLAIN, useValue: explainFrom(needs.store.evidence) },
        { provide: LOG, useValue: needs.log },
        { provide: METRICS, useValue: metricsPage },
        { provide: QueryGate, useValue: new QueryGate() },
        { provide: ON_CLOSED, useValue: needs.onClosed ?? (() => Promise.resolve()) },
        QueryGateInterceptor,
        TailListeners,
        StoreHealthWatch,
        Closing,
      ],
    };
  }
}
