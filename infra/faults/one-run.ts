/** One slice of load, with the fault or without; with it also how long it takes until an incident is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, IncidentsAnswer } from '@mapscope/contract';
import { getJson } from './get-json.ts';
import { runLoad, type LoadReport } from './load.ts';
import type { Scenario } from './scenarios.ts';
import type { Service } from './service.ts';
import type { Stage } from './stage.ts';
import type { Truth } from './truth.ts';

export interface Subject {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly service: Service;
  /** under which the service is known */
  readonly name: string;
}

export interface Slice {
  readonly isOn: boolean;
  readonly seconds: number;
  /** absent: nobody waits for an incident */
  readonly isWatched?: boolean;
}

export interface Run {
  readonly fromUnixMillis: number;
  readonly toUnixMillis: number;
  readonly truth: Truth;
  readonly load: LoadReport;
  readonly secondsToIncident?: number | undefined;
}

/** The same seed and the same numbers of requests each time, so that request n of any slice has the same work of its own. */
export async function oneRun({ stage, scenario, service, name }: Subject, slice: Slice): Promise<Run> {
  await service.setFault(slice.isOn);
  const fromUnixMillis = Date.now();
  const { rate, paths = { '/': 1 } } = scenario;
  const { seed, programs } = stage;
  const where = { program: programs.load, logs: stage.paths.logs, address: service.address };
  const isOver = { value: false };
  const incident =
    slice.isWatched === true ? firstIncident(stage, { service: name, isOver, isOne: () => true }) : undefined;
  const load = await runLoad({ ...where, paths, rate, seconds: slice.seconds, seed });
  const toUnixMillis = Date.now();
  const truth = await service.truth();
  isOver.value = true;
  return { fromUnixMillis, toUnixMillis, truth, load, secondsToIncident: (await incident)?.seconds };
}

const LOOK_EVERY_MILLIS = 250;
const BEFORE_MILLIS = 600_000;
/** as long as it may take: see compare.ts */
const PATIENCE_MILLIS = 30_000;
/** The points of the series are so long: one that the fault began in began before it. */
const STEP_MILLIS = 2_000;

export interface Awaited {
  readonly service: string;
  readonly isOver: { readonly value: boolean };
  readonly isOne: (incident: Incident) => boolean;
}

export interface Told {
  readonly seconds: number;
  readonly incident: Incident;
}

/** Asks from now on until there is an incident that began now, or all is over and the time it may take. */
export async function firstIncident({ apiUrl }: Stage, awaited: Awaited): Promise<Told | undefined> {
  const { service, isOver, isOne } = awaited;
  const broken = Date.now();
  const query = new URLSearchParams({ service, from: String(broken - BEFORE_MILLIS) });
  while (!isOver.value || Date.now() - broken < PATIENCE_MILLIS) {
    const { items } = await getJson<IncidentsAnswer>(`${apiUrl}/api/v1/incidents?${query.toString()}`);
    const incident = items.find((one) => Date.parse(one.window.from) >= broken - STEP_MILLIS && isOne(one));
    if (incident !== undefined) return { seconds: (Date.now() - broken) / 1000, incident };
    await sleep(LOOK_EVERY_MILLIS);
  }
  return undefined;
}
