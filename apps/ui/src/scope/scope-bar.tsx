import { Button, NativeSelect } from '@mantine/core';
import type { ServicesAnswer } from '@mapscope/contract';
import { useEffect, type ReactNode } from 'react';
import { servicesPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { timeSpan } from '../format/instant.ts';
import type { Page } from '../router/pages.ts';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { isFixed, SINCE, scopeOf, type Scope } from './scope.ts';

interface ScopeBarProps {
  readonly page: Page;
  readonly title: string;
  readonly scope: Scope;
  /** whether the page can be about all services together */
  readonly all?: boolean;
  readonly noService?: boolean;
  readonly children?: ReactNode;
}

const FIXED = 'fixed';

/** What another service does not have. */
const OF_ONE_SERVICE: QueryValues = Object.fromEntries(
  ['lock', 'map', 'pid', 'at', 'goroutine', 'stateAt', 'v0', 'v1', 'frame'].map((name) => [name, undefined]),
);

/** The heading of a page, and of which service and time it speaks. */
export function ScopeBar({ page, title, scope, all = false, noService = false, children }: ScopeBarProps) {
  const { query } = useRoute();
  const choose = (changed: QueryValues): void => navigate(hrefOf(page, { ...query, ...changed }), 'replace');
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {children}
      {!noService && (
        <ServiceSelect
          service={scope.service}
          all={all}
          onChoose={(service) => choose({ ...OF_ONE_SERVICE, service })}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label="Time"
        value={isFixed(scope) ? FIXED : scope.from}
        data={[
          ...SINCE.map(({ from, text }) => ({ value: from, label: text })),
          ...(isFixed(scope) ? [{ value: FIXED, label: fixedWords(scope) }] : []),
        ]}
        onChange={(event) => choose({ from: event.currentTarget.value, to: undefined })}
      />
    </div>
  );
}

const fixedWords = ({ from, to }: Scope): string =>
  from.startsWith('now') ? `${from} – ${to ?? 'now'}` : timeSpan(from, to ?? new Date().toISOString(), Date.now());

interface ServiceSelectProps {
  readonly service: string | undefined;
  readonly all: boolean;
  readonly onChoose: (service: string | undefined) => void;
}

function ServiceSelect({ service, all, onChoose }: ServiceSelectProps) {
  const known = useAnswer<ServicesAnswer>(servicesPath('24h')).value?.items.map((item) => item.service) ?? [];
  // A shared link may name a service that was quiet today.
  const names = service === undefined || known.includes(service) ? known : [service, ...known];
  const none = all
    ? [{ value: '', label: 'all services' }]
    : service === undefined
      ? [{ value: '', label: 'service' }]
      : [];
  return (
    <NativeSelect
      size="xs"
      aria-label="Service"
      value={service ?? ''}
      data={[...none, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
    />
  );
}

/** The scope of a page that needs a service: where the address names none, the busiest of the day is put into it. */
export function useServiceScope(page: Page): {
  readonly scope: Scope;
  readonly query: QueryValues;
  readonly isNobody: boolean;
} {
  const { query } = useRoute();
  const scope = scopeOf(query);
  const services = useAnswer<ServicesAnswer>(scope.service === undefined ? servicesPath('24h') : undefined).value
    ?.items;
  const busiest = services?.toSorted((a, b) => b.requests - a.requests)[0]?.service;
  useEffect(() => {
    if (scope.service === undefined && busiest !== undefined)
      navigate(hrefOf(page, { ...query, service: busiest }), 'replace');
  }, [page, query, scope.service, busiest]);
  return { scope, query, isNobody: scope.service === undefined && services?.length === 0 };
}

export function AgainButton({ onClick, isLoading }: { readonly onClick: () => void; readonly isLoading: boolean }) {
  return (
    <Button size="compact-xs" variant="default" onClick={onClick} loading={isLoading}>
      Ask again
    </Button>
  );
}
