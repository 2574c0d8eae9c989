import { Button } from '@mantine/core';
import type { RootCauseAnswer } from '@mapscope/contract';
import { useCallback } from 'react';
import { questionOf, rootCausePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { MsRange } from '../chart/visible-range.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { Answer } from './answer.tsx';
import { ServicePicker } from './service-picker.tsx';

export function ExplainPage() {
  const { query } = useRoute();
  return query['service'] === undefined ? <ServicePicker /> : <Explained service={query['service']} />;
}

const instantText = (unixMs: number): string => new Date(unixMs).toISOString();

function Explained({ service }: { readonly service: string }) {
  const { query } = useRoute();
  const { value, problem, isLoading, retry } = useAnswer<RootCauseAnswer>(rootCausePath(query), { subject: service });
  const { route, platform } = questionOf(query);
  const explain = useCallback(
    ([from, to]: MsRange) =>
      navigate(hrefOf('explain', { service, route, platform, from: instantText(from), to: instantText(to) })),
    [service, route, platform],
  );
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined) return <Loading what="Root cause" heights={[140, 380, 180]} />;
  const again = (
    <Button size="compact-xs" variant="default" onClick={retry} loading={isLoading}>
      Ask again
    </Button>
  );
  return <Answer answer={value} isStale={isLoading} again={again} onExplain={explain} />;
}
