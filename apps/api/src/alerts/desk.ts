/**
 * What one sink still has to be told: what changed in the store less what the book of deliveries has. So nothing is kept
 * here that a restart could lose; what was taken but not yet written down comes twice, with the same delivery id.
 */
import { MapscopeError } from '@mapscope/events';
import type { DeliveryBook, IncidentStore, StoredIncident } from '@mapscope/store';
import { alertOf, dueStage, STAGES, type Stage } from './alert.ts';
import type { AlertSink } from './sinks/sink.ts';

/** What is older than a day is no news; the book is read a little further back. */
const DAY_MILLIS = 86_400_000;
/** A row may be read a moment after its time. */
const OVERLAP_MILLIS = 5000;
/** Beyond these the book is read again. */
const MAX_KNOWN = 10_000;

export interface DeskNeeds {
  readonly incidents: Pick<IncidentStore, 'changes' | 'nowUnixMillis'>;
  readonly deliveries: DeliveryBook;
  readonly publicUrl: () => string;
  readonly monotonicMillis: () => number;
}

export class Desk {
  readonly #told = new Map<string, Set<Stage>>();
  readonly #open = new Map<string, { readonly incident: StoredIncident; readonly sentMillis: number }>();
  readonly #sink: AlertSink;
  readonly #needs: DeskNeeds;
  #since: number | undefined;

  constructor(sink: AlertSink, needs: DeskNeeds) {
    this.#sink = sink;
    this.#needs = needs;
  }

  /** Sends what is due, the oldest change first. Rejects when the sink does not answer; the next call goes on there. */
  async work(): Promise<void> {
    if (this.#told.size > MAX_KNOWN) this.#since = undefined;
    this.#since ??= await this.#readBook();
    let refused: Error | undefined;
    for (const incident of await this.#needs.incidents.changes(this.#since)) {
      try {
        await this.#tell(incident);
        if (refused === undefined) this.#since = Math.max(this.#since, incident.changedUnixMillis - OVERLAP_MILLIS);
      } catch (error) {
        // One that is refused must not keep the others from being told.
        if (!isRefused(error)) throw error;
        refused = error;
      }
    }
    await this.#repeatOpen();
    if (refused !== undefined) throw refused;
  }

  async #readBook(): Promise<number> {
    const day = (await this.#needs.incidents.nowUnixMillis()) - DAY_MILLIS;
    const book = await this.#needs.deliveries.since(day - DAY_MILLIS);
    this.#told.clear();
    for (const { sink, incident, stage } of book) {
      const known = STAGES.find((one) => one === stage);
      if (sink === this.#sink.name && known !== undefined) this.#stagesOf(incident).add(known);
    }
    return day;
  }

  #stagesOf(incident: string): Set<Stage> {
    const found = this.#told.get(incident) ?? new Set<Stage>();
    this.#told.set(incident, found);
    return found;
  }

  async #tell(incident: StoredIncident): Promise<void> {
    const stages = this.#stagesOf(incident.id);
    for (let stage = dueStage(incident, stages); stage !== undefined; stage = dueStage(incident, stages)) {
      await this.#sink.send(alertOf(incident, stage, this.#needs.publicUrl()));
      await this.#needs.deliveries.put([{ sink: this.#sink.name, incident: incident.id, stage }]);
      stages.add(stage);
    }
    if (incident.state !== 'open') this.#open.delete(incident.id);
    else
      this.#open.set(incident.id, {
        sentMillis: this.#needs.monotonicMillis(),
        ...this.#open.get(incident.id),
        incident,
      });
  }

  async #repeatOpen(): Promise<void> {
    const { repeatMillis } = this.#sink;
    if (repeatMillis === undefined) return;
    for (const { incident, sentMillis } of this.#open.values()) {
      const now = this.#needs.monotonicMillis();
      if (now - sentMillis < repeatMillis) continue;
      await this.#sink.send(alertOf(incident, 'opened', this.#needs.publicUrl()));
      this.#open.set(incident.id, { incident, sentMillis: now });
    }
  }
}

const isRefused = (error: unknown): error is MapscopeError =>
  error instanceof MapscopeError && error.facts['status'] !== undefined;
