import { Box, Button, List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ledgerStateQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';

/** Stands above every screen for as long as the ledger does not hold: whoever works here must know, and know what to do. */
export function LedgerAlarm() {
  const { t, format } = useLanguage();
  const may = useMay();
  const { data } = useQuery({ ...ledgerStateQuery, enabled: may('ledger.read') });
  const words = t.ledger.alarm;
  const open = (
    <Button component={Link} to="/ledger" variant="default" size="xs">
      {words.open}
    </Button>
  );

  if (data?.alarm === 'broken') {
    return (
      <Box mb="lg">
        <Callout tone="no" role="alert" title={words.broken} actions={open}>
          {words.brokenDetail}
          <List type="ordered" size="sm" mt="xs">
            {Object.values(words.steps).map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
        </Callout>
      </Box>
    );
  }
  if (data?.alarm === 'stalled' && data.waiting.since) {
    return (
      <Box mb="lg">
        <Callout tone="wait" role="status" title={words.stalled} actions={open}>
          {words.stalledDetail(format.ago(data.waiting.since))}
        </Callout>
      </Box>
    );
  }

  return null;
}
