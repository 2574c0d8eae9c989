import { expect, test } from 'vitest';
import { controlGroupOf } from './cgroup.ts';

const ID = '0123456789abcdef'.repeat(4);
const INNER = 'fedcba9876543210'.repeat(4);

test.each([
  ['docker', `0::/system.slice/docker-${ID}.scope\n`, `/system.slice/docker-${ID}.scope`, ID],
  [
    'kubernetes',
    `0::/kubepods.slice/pod1/cri-containerd-${ID}.scope\n`,
    `/kubepods.slice/pod1/cri-containerd-${ID}.scope`,
    ID,
  ],
  ['podman', `0::/machine.slice/libpod-${ID}.scope/container\n`, `/machine.slice/libpod-${ID}.scope/container`, ID],
  ['a container in a container', `0::/docker/${ID}/docker/${INNER}\n`, `/docker/${ID}/docker/${INNER}`, INNER],
  ['version 1', `12:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}\n0::/\n`, `/docker/${ID}`, ID],
  ['a plain service', '0::/system.slice/order.service\n', '/system.slice/order.service', ''],
  ['a longer number is no id', `0::/x/${ID}0\n`, `/x/${ID}0`, ''],
  ['nothing', '', '', ''],
  ['a path with colons', '0::/a:b\n', '/a:b', ''],
])('%s', (_name, text, cgroup, container) => {
  expect(controlGroupOf(text)).toEqual({ cgroup, container });
});
