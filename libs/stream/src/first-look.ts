/** Is there a Kafka broker that works, before anything starts? Answers within seconds, and says how to mend. */
import type { Kafka } from 'kafkajs';
import { MapscopeError } from '@mapscope/events';
import { NOT_AUTHENTICATED, innermost, kafkaProblem } from './problem.ts';

/** Above the client's own quick time-outs; a port that accepts and never speaks ends here. */
const DEADLINE_MILLIS = 5_000;

export async function checkBrokers(kafka: Kafka, brokers: readonly string[]): Promise<void> {
  if (brokers.length === 0)
    throw new MapscopeError(
      'KAFKA_UNREACHABLE',
      'no Kafka brokers given: set KAFKA_BROKERS or --kafka-brokers, e.g. 127.0.0.1:9092',
    );
  const admin = kafka.admin();
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    deadline = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MILLIS} ms`)), DEADLINE_MILLIS);
  });
  try {
    await Promise.race([look(admin), late]);
  } catch (error) {
    throw unreachable(error, brokers);
  } finally {
    clearTimeout(deadline);
    void admin.disconnect().catch(() => undefined); // it may never have been connected
  }
}

async function look(admin: ReturnType<Kafka['admin']>): Promise<void> {
  await admin.connect();
  // Goes to the controller at its advertised address: a broker may answer here and send its clients elsewhere.
  // kafkajs' connect() also succeeds on a port that accepts and never answers; only this tells.
  await admin.describeCluster();
}

function unreachable(error: unknown, brokers: readonly string[]): MapscopeError {
  const problem = kafkaProblem(error, 'looking for its brokers', brokers);
  // It answers, and says no.
  if (problem.facts['kafkaError'] === NOT_AUTHENTICATED) return problem;
  const tried = brokers.join(', ');
  const reason = innermost(error).message;
  return new MapscopeError(
    'KAFKA_UNREACHABLE',
    `no Kafka broker answers at ${tried} (${reason}): start one there, or give the right ones by KAFKA_BROKERS or --kafka-brokers (host:port, comma-separated); if one runs there, its advertised.listeners must be reachable from here, and a listener with TLS or SASL needs --kafka-properties`,
    { facts: { ...problem.facts, brokers: tried }, cause: error },
  );
}
