import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { kafkaProblem } from './problem.ts';

const protocolError = (type: string): Error =>
  // kafkajs' typings take an Error here; its code reads type and code from it.
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable: false }));

const { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError, KafkaJSAggregateError } = kafkajs;

test('a refused connection, however deeply wrapped, is KAFKA_UNREACHABLE and names brokers and mend', () => {
  const inner = new KafkaJSConnectionError('connect ECONNREFUSED', { broker: 'b:1', code: 'ECONNREFUSED' });
  const outer = new KafkaJSNumberOfRetriesExceeded(inner, { retryCount: 3, retryTime: 1 });
  const problem = kafkaProblem(outer, 'publishing', ['b:1', 'c:2']);
  expect(problem.code).toBe('KAFKA_UNREACHABLE');
  expect(problem.message).toContain('b:1, c:2');
  expect(problem.message).toContain('--kafka-brokers');
  expect(problem.cause).toBe(outer);
});

test('a protocol error is KAFKA_REFUSED and keeps the name of the protocol', () => {
  const error = protocolError('MESSAGE_TOO_LARGE');
  const problem = kafkaProblem(error, 'publishing', ['b:1']);
  expect(problem.code).toBe('KAFKA_REFUSED');
  expect(problem.facts['kafkaError']).toBe('MESSAGE_TOO_LARGE');
  expect(problem.message).toContain('max.message.bytes');
});

test('of several errors the first tells', () => {
  const error = protocolError('TOPIC_AUTHORIZATION_FAILED');
  const problem = kafkaProblem(new KafkaJSAggregateError('several', [error]), 'creating topics', ['b:1']);
  expect(problem.facts['kafkaError']).toBe('TOPIC_AUTHORIZATION_FAILED');
});

test('our own error passes through', () => {
  const own = new MapscopeError('BATCH_MALFORMED', 'x');
  expect(kafkaProblem(own, 'y', [])).toBe(own);
});
