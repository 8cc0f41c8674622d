import { Button, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { checklistQuery, homeQuery, meQuery } from '../api/queries.ts';
import type { HomeFigures } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Checklist } from './checklist.tsx';
import { ConsentTrend } from './consent-trend.tsx';
import { Figures } from './figures.tsx';
import { LatestEntries } from './latest-entries.tsx';

export function HomePage() {
  const t = useTexts();
  const me = useQuery(meQuery);
  const home = useQuery(homeQuery);
  const checklist = useQuery(checklistQuery);

  return (
    <Page title={me.data ? t.home.greeting(me.data.staffMember.name) : t.home.title} documentTitle={t.home.title}>
      {home.data && home.data.heldDeliveries > 0 ? <HeldNotice count={home.data.heldDeliveries} /> : null}
      {checklist.data?.some(({ done }) => !done) ? <Checklist steps={checklist.data} /> : null}
      <Loaded query={home} lines={6}>
        {(figures) => <Overview figures={figures} />}
      </Loaded>
    </Page>
  );
}

function HeldNotice({ count }: { count: number }) {
  const t = useTexts();

  return (
    <Callout
      tone="wait"
      title={t.home.held(count)}
      actions={
        <Button component={Link} to="/messages" variant="default" size="xs">
          {t.home.heldOpen}
        </Button>
      }
    >
      {t.home.heldDetail}
    </Callout>
  );
}

function Overview({ figures }: { figures: HomeFigures }) {
  return (
    <>
      <Figures figures={figures} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <ConsentTrend trend={figures.consents.trend} />
        <LatestEntries entries={figures.latest} />
      </SimpleGrid>
    </>
  );
}
