import { Skeleton } from '@mantine/core';

export function Loading({ what, heights }: { readonly what: string; readonly heights: readonly number[] }) {
  return (
    <div className="stack" role="status" aria-label={`${what}: loading`}>
      {heights.map((height, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </div>
  );
}
