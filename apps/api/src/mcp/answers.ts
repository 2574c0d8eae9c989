/**
 * What the assistant's tools ask: the very answers of the HTTP API, each through the same gate. The tools need no more of a
 * controller than its method, so a test can give plain functions.
 */
import type { ChartsController } from '../queries/charts.controller.ts';
import type { IncidentsController } from '../incidents/incidents.controller.ts';
import type { InventoryController } from '../queries/inventory.controller.ts';
import type { PlatformsController } from '../queries/platforms.controller.ts';
import type { ProbesController } from '../control/probes.controller.ts';
import type { QueryGate } from '../http/query-gate.ts';
import type { RootCausesController } from '../queries/root-causes.controller.ts';

export type Answers = Pick<RootCausesController, 'rootCauses'> &
  Pick<IncidentsController, 'incidents'> &
  Pick<ChartsController, 'contention'> &
  Pick<PlatformsController, 'compare'> &
  Pick<InventoryController, 'services' | 'trace'> &
  Pick<ProbesController, 'changeProbes'>;

export interface AnswerSources {
  readonly rootCauses: RootCausesController;
  readonly incidents: IncidentsController;
  readonly charts: ChartsController;
  readonly platforms: PlatformsController;
  readonly inventory: InventoryController;
  readonly probes: ProbesController;
  readonly gate: QueryGate;
}

/** The list of incidents waits at the gate itself; two places for one question could lock each other out. */
export function answersOf({
  rootCauses,
  incidents,
  charts,
  platforms,
  inventory,
  probes,
  gate,
}: AnswerSources): Answers {
  return {
    rootCauses: (query) => gate.run(() => rootCauses.rootCauses(query)),
    incidents: (query) => incidents.incidents(query),
    contention: (query) => gate.run(() => charts.contention(query)),
    compare: (query) => gate.run(() => platforms.compare(query)),
    services: (query) => gate.run(() => inventory.services(query)),
    trace: (id) => gate.run(() => inventory.trace(id)),
    changeProbes: (service, change) => probes.changeProbes(service, change),
  };
}
