import { describe, expect, it } from 'vitest';
import { clientMethodOf, methodOf } from '../http/method.ts';
import { createHosts, MAXIMUM_HOSTS, OTHER_HOST } from './host.ts';

const seen = (text: string, cut = false) => ({ text, cut });

describe('hosts as labels', () => {
  it('one name whatever its case, marked where it was cut', () => {
    const host = createHosts();
    expect(host(seen('API.Example.test:8443'))).toBe('api.example.test:8443');
    expect(host(seen('a'.repeat(64), true))).toBe(`${'a'.repeat(64)}…`);
    expect(host(seen(''))).toBe('');
  });

  it(`after ${MAXIMUM_HOSTS} hosts new ones are "${OTHER_HOST}", the known ones stay`, () => {
    const host = createHosts();
    for (let i = 0; i < MAXIMUM_HOSTS; i++) expect(host(seen(`h${i}`))).toBe(`h${i}`);
    expect(host(seen('late'))).toBe(OTHER_HOST);
    expect(host(seen('h0'))).toBe('h0');
  });
});

describe('methods as labels', () => {
  it.each([
    ['', 'GET', '_OTHER'],
    ['POST', 'POST', 'POST'],
    ['BREW', '_OTHER', '_OTHER'],
  ])('"%s" of a client is %s, of a server %s', (text, client, server) => {
    expect([clientMethodOf(text), methodOf(text)]).toEqual([client, server]);
  });
});
