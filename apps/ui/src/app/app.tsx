import type { StatusAnswer } from '@mapscope/contract';
import { lazy, Suspense, useEffect, useRef, type ComponentType, type RefObject } from 'react';
import { statusPath } from '../api/paths.ts';
import { useAnswer, type Asked } from '../api/use-answer.ts';
import { IncidentsPage } from '../incidents/incidents-page.tsx';
import { Loading } from '../parts/loading.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import type { Page } from '../router/pages.ts';
import { useRoute } from '../router/use-route.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { ReplayBanner } from './replay-banner.tsx';
import { titleOf } from './title.ts';

const STATUS_POLL_MILLIS = 5000;

export function App() {
  const { page, query } = useRoute();
  const status = useAnswer<StatusAnswer>(statusPath(), { pollMillis: STATUS_POLL_MILLIS });
  const title = titleOf(page, query);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const main = useFocusOnNewPage(page);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Header page={page} status={status} />
      <ReplayBanner status={status.value} />
      <main id="main" ref={main} tabIndex={-1}>
        {/* A page that broke must not stay broken on the next one. */}
        <ErrorBoundary key={page}>
          <CurrentPage page={page} status={status} />
        </ErrorBoundary>
      </main>
    </>
  );
}

/** Who walks by keyboard or ear goes on reading in the new page, not in the link that was followed. */
function useFocusOnNewPage(page: Page | undefined): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current !== page) main.current?.focus({ preventScroll: true });
    shown.current = page;
  }, [page]);
  return main;
}

interface PageProps {
  readonly status: Asked<StatusAnswer>;
}

type PageComponent = ComponentType<PageProps>;

/** The first page comes with the shell; of the others each is fetched when somebody goes there. */
const PAGE_COMPONENTS: Readonly<Record<Page, PageComponent>> = {
  incidents: IncidentsPage,
  explain: lazy(async () => ({ default: (await import('../explain/explain-page.tsx')).ExplainPage })),
  trace: lazy(async () => ({ default: (await import('../trace/trace-page.tsx')).TracePage })),
  locks: lazy(async () => ({ default: (await import('../locks/locks-page.tsx')).LocksPage })),
  maps: lazy(async () => ({ default: (await import('../maps/maps-page.tsx')).MapsPage })),
  goroutines: lazy(async () => ({ default: (await import('../goroutines/goroutines-page.tsx')).GoroutinesPage })),
  crashes: lazy(async () => ({ default: (await import('../crashes/crashes-page.tsx')).CrashesPage })),
  services: lazy(async () => ({ default: (await import('../services/services-page.tsx')).ServicesPage })),
  probes: lazy(async () => ({ default: (await import('../probes/probes-page.tsx')).ProbesPage })),
  tail: lazy(async () => ({ default: (await import('../tail/tail-page.tsx')).TailPage })),
  status: lazy(async () => ({ default: (await import('../status/status-page.tsx')).StatusPage })),
};

function CurrentPage({ page, status }: PageProps & { readonly page: Page | undefined }) {
  const Shown = page === undefined ? NoSuchPage : PAGE_COMPONENTS[page];
  return (
    <Suspense fallback={<Loading what="Page" heights={[60, 360]} />}>
      <Shown status={status} />
    </Suspense>
  );
}

function NoSuchPage() {
  return (
    <div className="note">
      <p>
        There is no such page. <Link href={hrefOf('incidents')}>Go to the incidents.</Link>
      </p>
    </div>
  );
}
