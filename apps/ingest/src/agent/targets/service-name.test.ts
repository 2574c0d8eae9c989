import { expect, test } from 'vitest';
import { serviceName } from './service-name.ts';

const PROCESS = { environ: '', modulePath: 'example.com/shop/order', exe: '/srv/bin' };

test.each([
  [
    'its environment says so',
    { environ: 'A=1\0OTEL_SERVICE_NAME=cart\0OTEL_RESOURCE_ATTRIBUTES=service.name=x\0' },
    'cart',
  ],
  [
    'its resource attributes say so',
    { environ: 'OTEL_RESOURCE_ATTRIBUTES=a=b, service.name=pay%20desk,c=d\0' },
    'pay desk',
  ],
  [
    'badly encoded attributes are taken as written',
    { environ: 'OTEL_RESOURCE_ATTRIBUTES=service.name=100%\0' },
    '100%',
  ],
  ['an empty variable is none', { environ: 'OTEL_SERVICE_NAME=\0' }, 'order'],
  ['a variable that only ends so is none', { environ: 'MY_OTEL_SERVICE_NAME=x\0' }, 'order'],
  ['a name that could not be switched off is none', { environ: `OTEL_SERVICE_NAME=${'x'.repeat(201)}\0` }, 'order'],
  ['a name of several lines is none', { environ: 'OTEL_SERVICE_NAME=a\nb\0' }, 'order'],
  ['else its main module', {}, 'order'],
  ['without the major version', { modulePath: 'example.com/shop/order/v2' }, 'order'],
  ['of two digits', { modulePath: 'example.com/shop/order/v12' }, 'order'],
  ['as gopkg.in writes it', { modulePath: 'gopkg.in/order.v3' }, 'order'],
  ['v1 is no suffix of a module', { modulePath: 'example.com/v1' }, 'v1'],
  ['else its executable', { modulePath: '' }, 'bin'],
  ['even a replaced one', { modulePath: '', exe: '/srv/old (deleted)' }, 'old'],
  ['else nothing is known', { modulePath: '', exe: '' }, 'unknown'],
])('%s', (_name, over, expected) => {
  expect(serviceName({ ...PROCESS, ...over })).toBe(expected);
});
