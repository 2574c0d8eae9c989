/**
 * Question: how near does receiving spans, with sockets, checks, encoding into Kafka values, compression and Kafka's
 * acknowledgement, come to decoding their bytes alone? Fair: the same requests, made by the official exporter, in the same
 * round; CPU of the receiver's process alone; what each part counts is said in apps/ingest/bench/otlp.
 *
 *   round: decode protobuf ─► HTTP protobuf ─► gRPC ─► decode JSON ─► HTTP JSON
 */
import { freePort } from '../../world/ports.ts';
import { startKafka } from '../../world/kafka.ts';
import type { Suite } from '../measure.ts';
import { type Decoded, otlpMetrics, type OtlpRound, type Received } from './otlp/metrics.ts';
import { child, inFreshData } from './store/world.ts';

const DEFAULT_SECONDS = 5;
const ROUNDS = 3;

export const otlpSuite: Suite = {
  name: 'otlp',
  question:
    'spans a second and core from a socket to where Kafka has acknowledged them, against decoding the same requests alone (512 spans of 8 attributes, as the official exporter sends them)',
  run: ({ seconds = DEFAULT_SECONDS }) =>
    inFreshData(async (paths) => {
      const kafka = await startKafka(paths, await freePort());
      try {
        const rounds: OtlpRound[] = [];
        for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(kafka.brokers, seconds));
        return { metrics: otlpMetrics(rounds) };
      } finally {
        await kafka.process.stop();
      }
    }),
};

async function measureRound(kafkaBrokers: readonly string[], seconds: number): Promise<OtlpRound> {
  const decode = (encoding: string): Promise<Decoded> => child('otlp/decode.ts', { encoding, seconds });
  const receive = (transport: string, encoding: string): Promise<Received> =>
    child('otlp/receive.ts', { kafkaBrokers, transport, encoding, seconds });
  return {
    decodeProtobuf: await decode('protobuf'),
    http: await receive('http', 'protobuf'),
    grpc: await receive('grpc', 'protobuf'),
    decodeJson: await decode('json'),
    json: await receive('http', 'json'),
  };
}
