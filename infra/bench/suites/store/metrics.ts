/** Raw figures of apps/ingest/bench/store → metrics. Pure. */
import { metric, ratios, type Metric } from '../../measure.ts';

export interface Inserted {
  readonly rows: number;
  readonly seconds: number;
}

export interface KafkaToTable extends Inserted {
  /** rows that were still in Kafka when the time was over */
  readonly left: number;
  readonly writerCpuSeconds: number;
  readonly clickhouseCpuSeconds: number;
  readonly kafkaCpuSeconds: number;
  readonly writerMebibytes: number;
  readonly clickhouseMebibytes: number;
}

export interface JsonRows extends Inserted {
  readonly collectorCpuSeconds: number;
  readonly clickhouseCpuSeconds: number;
  readonly collectorMebibytes: number;
}

/** One round: the three ways, one after the other on the same machine. */
export interface Round {
  readonly kafka: KafkaToTable;
  readonly limit: Inserted & { readonly cpuSeconds: number };
  readonly json: JsonRows;
}

const LIMIT_TARGET = 0.8;
const JSON_TARGET = 8;

const rate = ({ rows, seconds }: Inserted): number => rows / seconds;

export function storeMetrics(rounds: readonly Round[]): readonly Metric[] {
  const of = (figure: (round: Round) => number): readonly number[] => rounds.map(figure);
  const [kafka, limit, json] = [of((r) => rate(r.kafka)), of((r) => rate(r.limit)), of((r) => rate(r.json))];
  const speed = { unit: 'events/s', better: 'higher' } as const;
  const memory = { unit: 'MiB', better: 'lower' } as const;
  return [
    metric({ name: 'store_kafka_to_table', ...speed, runs: kafka }),
    metric({ name: 'store_engine_limit', ...speed, runs: limit }),
    metric({ name: 'store_json_rows', ...speed, runs: json }),
    ratio('store_against_limit', LIMIT_TARGET, ratios(kafka, limit)),
    ratio('store_against_json_rows', JSON_TARGET, ratios(kafka, json)),
    ...costs(rounds),
    metric({ name: 'store_writer_peak', ...memory, runs: of((r) => r.kafka.writerMebibytes) }),
    metric({ name: 'store_clickhouse_peak', ...memory, runs: of((r) => r.kafka.clickhouseMebibytes) }),
    metric({ name: 'store_json_collector_peak', ...memory, runs: of((r) => r.json.collectorMebibytes) }),
  ];
}

/** CPU of each stage, also where a machine is too busy for its speed to say anything. */
function costs(rounds: readonly Round[]): readonly Metric[] {
  const cost = (name: string, cpuSeconds: (round: Round) => number, rows: (round: Round) => number): Metric => {
    const runs = rounds.map((round) => (cpuSeconds(round) * 1e6) / rows(round));
    return metric({ name, unit: 'CPU s per million events', better: 'lower', runs });
  };
  const [ofKafka, ofJson] = [(round: Round) => round.kafka.rows, (round: Round) => round.json.rows];
  return [
    cost('store_broker_cpu', ({ kafka }) => kafka.kafkaCpuSeconds, ofKafka),
    cost('store_writer_cpu', ({ kafka }) => kafka.writerCpuSeconds, ofKafka),
    cost('store_clickhouse_cpu', ({ kafka }) => kafka.clickhouseCpuSeconds, ofKafka),
    cost(
      'store_limit_cpu',
      ({ limit }) => limit.cpuSeconds,
      ({ limit }) => limit.rows,
    ),
    cost('store_json_collector_cpu', ({ json }) => json.collectorCpuSeconds, ofJson),
    cost('store_json_clickhouse_cpu', ({ json }) => json.clickhouseCpuSeconds, ofJson),
  ];
}

const ratio = (name: string, target: number, runs: readonly number[]): Metric =>
  metric({ name, unit: 'ratio', better: 'higher', target, runs });
