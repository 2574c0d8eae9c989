import { Table } from '@mantine/core';
import type { ServiceJson } from '@mapscope/contract';
import { ago } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';

interface ServiceTableProps {
  readonly services: readonly ServiceJson[];
  readonly nowMs: number;
}

export function ServiceTable({ services, nowMs }: ServiceTableProps) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Services that were seen">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Service</Table.Th>
            <Table.Th>Platforms</Table.Th>
            <Table.Th className="number">Requests</Table.Th>
            <Table.Th>Last seen</Table.Th>
            <Table.Th>Ask</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {services.map(({ service, platforms, requests, lastSeen }) => (
            <Table.Tr key={service}>
              <Table.Td>
                <strong>{service}</strong>
              </Table.Td>
              <Table.Td className="small" title={platforms.join(' · ')}>
                {platforms.map(platformWords).join(' · ')}
              </Table.Td>
              <Table.Td className="number">{count(requests)}</Table.Td>
              <Table.Td>{ago(lastSeen, nowMs)}</Table.Td>
              <Table.Td>
                <Link href={hrefOf('explain', { service, from: 'now-5m' })}>why slow?</Link>
                {' · '}
                <Link href={hrefOf('tail', { service })}>tail</Link>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
