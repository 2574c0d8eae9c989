import { Table } from '@mantine/core';
import { placeOn } from '../chart/bar-scale.ts';
import { percent, points, pointsRange, pValue } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import type { AttributeJson } from './blamed.ts';
import { ofOtherSide, otherSide, type Explained } from './explained.ts';

interface AttributesPanelProps {
  readonly answer: Explained;
  readonly attributes: readonly AttributeJson[];
}

/** What slow requests have clearly more often than those before: where it is slow, never why. */
export function AttributesPanel({ answer, attributes }: AttributesPanelProps) {
  return (
    <ChartOrTable
      title="What slow requests have more often"
      view="attributes"
      aside={<span className="dim small">where it is slow, not why; every request was looked at</span>}
      chart={
        <ul className="attributes">
          {attributes.map((attribute) => (
            <Attribute key={`${attribute.key}=${attribute.value}`} answer={answer} attribute={attribute} />
          ))}
        </ul>
      }
      table={<AttributesTable answer={answer} attributes={attributes} />}
    />
  );
}

const beforeShare = ({ slowShare, difference }: AttributeJson): number => Math.max(0, slowShare - difference.value);

interface OneProps {
  readonly answer: Explained;
  readonly attribute: AttributeJson;
}

function Attribute({ answer, attribute }: OneProps) {
  const { slowShare, difference } = attribute;
  const before = beforeShare(attribute);
  const label = `${percent(slowShare)} of the slow requests, ${percent(before)} ${ofOtherSide(answer)}`;
  return (
    <li className="attribute">
      <p>
        <Name answer={answer} attribute={attribute} />
        <span className="grow" />
        <span className="small">
          <b>{percent(slowShare)}</b> of slow, <b>{percent(before)}</b> {ofOtherSide(answer)}
        </span>
      </p>
      <div className="pair" role="img" aria-label={label}>
        <div className="pair-bar tone-wait" style={{ width: `${placeOn(slowShare, 1)}%` }} />
        <div className="pair-bar tone-plain" style={{ width: `${placeOn(before, 1)}%` }} />
      </div>
      <p className="dim small">
        {points(difference.value)} points, {pointsRange(difference)}; G-test p {pValue(attribute.pValue)}
      </p>
    </li>
  );
}

/** A route can be asked about alone; a part of the platform has no filter of its own. */
function Name({ answer, attribute: { key, value } }: OneProps) {
  const text = `${key} = ${value === '' ? '(empty)' : value}`;
  if (key !== 'route' || value === '' || answer.route !== null) return <code>{text}</code>;
  const { service, platform, window } = answer;
  const href = hrefOf('explain', { service, route: value, platform: platform ?? undefined, ...window });
  return (
    <Link href={href} label={`explain ${value} alone`}>
      <code>{text}</code>
    </Link>
  );
}

function AttributesTable({ answer, attributes }: AttributesPanelProps) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Table">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Attribute</Table.Th>
            <Table.Th className="number">Of slow</Table.Th>
            <Table.Th className="number">{otherSide(answer)}</Table.Th>
            <Table.Th className="number">Difference in points</Table.Th>
            <Table.Th className="number">95 % interval</Table.Th>
            <Table.Th className="number">G-test, adjusted p</Table.Th>
            <Table.Th className="number" title="how far the mix of the whole key moved, KL in nats">
              Mix moved
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attributes.map((attribute) => (
            <Table.Tr key={`${attribute.key}=${attribute.value}`}>
              <Table.Td>
                <Name answer={answer} attribute={attribute} />
              </Table.Td>
              <Table.Td className="number">{percent(attribute.slowShare)}</Table.Td>
              <Table.Td className="number">{percent(beforeShare(attribute))}</Table.Td>
              <Table.Td className="number">{points(attribute.difference.value)}</Table.Td>
              <Table.Td className="number">{pointsRange(attribute.difference)}</Table.Td>
              <Table.Td className="number">{pValue(attribute.pValue)}</Table.Td>
              <Table.Td className="number">{attribute.divergence.toFixed(2)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
