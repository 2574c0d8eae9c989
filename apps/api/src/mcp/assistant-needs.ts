/** The assistant's tools over the controllers of the application. */
import type { Guard } from '@mapscope/events';
import type { INestApplication } from '@nestjs/common';
import { ProbesController } from '../control/probes.controller.ts';
import { QueryGate } from '../http/query-gate.ts';
import { IncidentsController } from '../incidents/incidents.controller.ts';
import type { ApiNeeds } from '../ports.ts';
import { ChartsController } from '../queries/charts.controller.ts';
import { InventoryController } from '../queries/inventory.controller.ts';
import { PlatformsController } from '../queries/platforms.controller.ts';
import { RootCausesController } from '../queries/root-causes.controller.ts';
import { answersOf } from './answers.ts';
import type { AssistantNeeds } from './assistant.ts';

export function assistantNeeds(
  app: INestApplication,
  { log, publicUrl }: ApiNeeds,
  access: { readonly guard: Guard; readonly canWrite: boolean },
): AssistantNeeds {
  const answers = answersOf({
    rootCauses: app.get(RootCausesController),
    incidents: app.get(IncidentsController),
    charts: app.get(ChartsController),
    platforms: app.get(PlatformsController),
    inventory: app.get(InventoryController),
    probes: app.get(ProbesController),
    gate: app.get(QueryGate),
  });
  return { ...access, log, world: () => ({ answers, publicUrl: publicUrl() }) };
}
